using LeadGrains.Grains.Tests.Node;
using LeadGrains.Scoring;
using LeadGrains.Testing;

namespace LeadGrains.Grains.Tests.Following;

/// <summary>A node with a random history of signals, upserts, claims and time, the same for the same seed.</summary>
internal sealed class History : IAsyncDisposable
{
    private static readonly string[] Types = ["viewed", "viewed", "demo", "left", "unknown"];

    private readonly Random _random;
    private readonly List<V1.Signal> _sent = [];
    private int _nextId;

    private History(Random random, TestNode node)
    {
        _random = random;
        Node = node;
    }

    public TestNode Node { get; set; }

    public static async Task<History> MakeAsync(int seed, int steps)
    {
        var random = new Random(seed);
        var options = new GrainNodeOptions
        {
            Loops = 1 + random.Next(3),
            ActiveGrains = random.Next(2) == 0 ? 6 : 1_000,
            CheckpointEntries = 1 + random.Next(60),
        };
        var clock = new ManualClock(new DateTimeOffset(2026, 3, 1, 8, 0, 0, TimeSpan.Zero));
        var history = new History(random, await TestNode.StartAsync(Publishing.First, clock, options, partitions: 6));
        for (var step = 0; step < steps; step++)
            await history.StepAsync();
        return history;
    }

    public Task SendAsync(int signals) => Node.SendAsync([.. Enumerable.Range(0, signals).Select(_ => NextSignal())]);

    public ValueTask DisposeAsync() => Node.DisposeAsync();

    private Task StepAsync()
    {
        switch (_random.Next(9))
        {
            case < 5:
                return SendAsync(1 + _random.Next(15));
            case 5:
                return Node.UpsertAsync(new ContactUpsert(
                    0, $"c{_random.Next(25)}", _random.Next(3) == 0 ? $"q@firm{_random.Next(4)}.com" : null,
                    _random.Next(3) == 0 ? $"a{_random.Next(6)}" : null,
                    [new TraitEdit("title", TraitValue.Text(_random.Next(2) == 0 ? "VP Sales" : "Clerk"))]));
            case 6:
                return Node.UpsertAsync(new AccountUpsert(
                    0, $"a{_random.Next(6)}", "Name", _random.Next(2) == 0 ? [$"firm{_random.Next(4)}.com"] : [],
                    [new TraitEdit("employees", TraitValue.Number(_random.Next(1_200)))]));
            default:
                Node.Clock.Advance(TimeSpan.FromHours(_random.Next(60)));
                return Task.CompletedTask;
        }
    }

    private V1.Signal NextSignal()
    {
        if (_sent.Count > 0 && _random.Next(6) == 0)
            return _sent[_random.Next(_sent.Count)];
        var ofAccount = _random.Next(10) == 0;
        var attributes = new Dictionary<string, string>
        {
            ["url"] = _random.Next(2) == 0 ? "https://x/pricing" : "https://x",
            ["asset"] = $"A{_random.Next(4)}",
            ["minutes"] = $"{_random.Next(80)}",
        };
        var signal = TestSignals.Of(
            $"s{_nextId++}", ofAccount ? "" : $"c{_random.Next(25)}", Types[_random.Next(Types.Length)],
            Node.Clock.GetUtcNow() - TimeSpan.FromHours(_random.Next(4) == 0 ? _random.Next(300) : 0),
            ofAccount || _random.Next(8) == 0 ? $"a{_random.Next(6)}" : "", _random.Next(3) == 0 ? $"p@firm{_random.Next(4)}.com" : "",
            attributes: attributes);
        _sent.Add(signal);
        return signal;
    }
}
