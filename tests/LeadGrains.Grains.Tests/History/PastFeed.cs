using LeadGrains.Grains.Tests.Client.Merges;
using LeadGrains.Grains.Tests.Node;
using LeadGrains.Grains.Tests.Simulation;
using LeadGrains.Scoring;
using LeadGrains.Testing;

namespace LeadGrains.Grains.Tests.History;

/// <summary>A seeded life of a few people and companies: signals, late and repeated ones, moves, claims, restarts.</summary>
internal sealed class PastFeed : IAsyncDisposable
{
    private const int People = 7;

    private static readonly string[] Types = ["viewed", "viewed", "demo", "left", "unknown"];

    private static readonly string[] Titles = ["VP Sales", "Clerk", "Rival"];

    private readonly Random _random;
    private readonly List<V1.Signal> _sent = [];
    private int _nextId;

    private PastFeed(Random random, TestNode node)
    {
        _random = random;
        Node = node;
    }

    public TestNode Node { get; private set; }

    public static IEnumerable<string> Contacts => Enumerable.Range(0, People).Select(number => $"c{number}");

    public static IEnumerable<string> Accounts => ["a0", "a1", "a2", "firm0.com", "firm1.com"];

    public static async Task<PastFeed> StartAsync(int seed)
    {
        var random = new Random(seed);
        var options = new GrainNodeOptions
        {
            Loops = 1 + random.Next(2),
            ActiveGrains = random.Next(2) == 0 ? 6 : 1_000,
            CheckpointEntries = 1 + random.Next(60),
        };
        var clock = new ManualClock(new DateTimeOffset(2026, 3, 1, 8, 0, 0, TimeSpan.Zero));
        var node = await TestNode.StartAsync(ModelReader.Read(Simulator.Model).Model!, clock, options, partitions: 3);
        return new PastFeed(random, node);
    }

    public Task StepAsync() => _random.Next(13) switch
    {
        12 => MergeAsync(),
        < 5 => Node.SendAsync([.. Enumerable.Range(0, 1 + _random.Next(5)).Select(_ => NextSignal())]),
        5 or 6 => UpsertContactAsync(),
        7 => UpsertAccountAsync(),
        8 or 9 => PassAsync(),
        _ => RestartAsync(),
    };

    public ValueTask DisposeAsync() => Node.DisposeAsync();

    private async Task MergeAsync()
    {
        try
        {
            await Node.MergeAsync($"c{_random.Next(People)}", $"c{_random.Next(People)}");
        }
        catch (GrainException refused) when (refused is MergeRefusedException or UnknownContactException)
        {
            // Not everybody is known yet, and nobody is merged into themselves.
        }
    }

    // Now and then far enough for a landmark to move: 32 half-lives.
    private Task PassAsync()
    {
        Node.Clock.Advance(TimeSpan.FromHours(_random.Next(12) == 0 ? 24 * 120 : _random.Next(80)));
        return Task.CompletedTask;
    }

    private async Task RestartAsync() =>
        Node = _random.Next(2) == 0 ? await Node.RestartAsync() : await Node.CrashAndRestartAsync();

    private V1.Signal NextSignal()
    {
        if (_sent.Count > 0 && _random.Next(6) == 0)
            return _sent[_random.Next(_sent.Count)];
        var ofAccount = _random.Next(8) == 0;
        var signal = TestSignals.Of(
            $"s{_nextId++}",
            ofAccount ? "" : $"c{_random.Next(People)}",
            Types[_random.Next(Types.Length)],
            Node.Clock.GetUtcNow() - TimeSpan.FromHours(_random.Next(4) == 0 ? _random.Next(300) : 0),
            ofAccount || _random.Next(5) == 0 ? $"a{_random.Next(3)}" : "",
            _random.Next(3) == 0 ? Address() : "",
            attributes: _random.Next(2) == 0 ? new Dictionary<string, string> { ["url"] = "/pricing", ["minutes"] = $"{_random.Next(80)}" } : null);
        _sent.Add(signal);
        return signal;
    }

    private string Address() => _random.Next(4) switch
    {
        0 => "P@Mail.FIRM0.com",
        1 => "p@gmail.com",
        _ => $"p@firm{_random.Next(2)}.com",
    };

    private Task<UpsertOutcome> UpsertContactAsync() => Node.UpsertAsync(new ContactUpsert(
        0, $"c{_random.Next(People)}", _random.Next(3) == 0 ? Address() : null, _random.Next(5) == 0 ? $"a{_random.Next(3)}" : null,
        [
            new TraitEdit("title", _random.Next(3) == 0 ? null : TraitValue.Text(Titles[_random.Next(Titles.Length)])),
            new TraitEdit("company", _random.Next(2) == 0 ? null : TraitValue.Text($"Firm {_random.Next(3)} Inc."))
        ]));

    private Task<UpsertOutcome> UpsertAccountAsync() => Node.UpsertAsync(new AccountUpsert(
        0, $"a{_random.Next(3)}", _random.Next(2) == 0 ? "Name" : $"Firm {_random.Next(3)}", _random.Next(2) == 0 ? [$"firm{_random.Next(2)}.com"] : [],
        [new TraitEdit("employees", TraitValue.Number(_random.Next(1_200)))]));
}
