using System.Globalization;
using LeadGrains.Grains.Tests.Node;
using LeadGrains.Grains.Tests.Retention;
using LeadGrains.Scoring;
using LeadGrains.Testing;

namespace LeadGrains.Grains.Tests.Simulation;

/// <summary>
/// A seeded run of months over a real data folder, in which people fall silent and are let go of, and some of them come back,
/// while the process dies again and again. Nothing is left of those who stay silent, who was never silent stands as on a node that
/// keeps everybody, and accounts are what their contacts make of them.
/// </summary>
internal sealed class QuietSimulator : IAsyncDisposable
{
    private const int People = 24;
    private const int Groups = 4;
    private const int DaysOfAGroup = 20;
    private const int MergingDays = 20;

    private static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    private readonly Random _random;
    private readonly ManualClock _clock;
    private readonly TestNode _twin;
    private readonly GrainNodeOptions _options;
    private readonly int[] _person = [.. Enumerable.Range(0, People)];
    private readonly List<(int Id, DateTimeOffset At)> _heard = [];
    private FolderNode _node = null!;
    private int _next;

    private QuietSimulator(Random random, TestNode twin, ManualClock clock)
    {
        _random = random;
        _clock = clock;
        _twin = twin;
        _options = Simulator.NextOptions(random, loops: 2, activeGrains: 6) with { Retention = new RetentionOptions { Contacts = Kept } };
    }

    /// <summary>How many ids were gone in the end, and how many stood as where everybody is kept.</summary>
    public (int Gone, int Same) Counts { get; private set; }

    private int Day => (int)(_clock.GetUtcNow() - Simulator.Start).TotalDays;

    public static async Task<QuietSimulator> StartAsync(int seed)
    {
        var clock = new ManualClock(Simulator.Start);
        var twin = await TestNode.StartAsync(FolderNode.Model, clock, new GrainNodeOptions { Loops = 1 }, FolderNode.Partitions);
        var simulator = new QuietSimulator(new Random(seed), twin, clock);
        simulator._node = await FolderNode.StartAsync(clock, simulator._options);
        return simulator;
    }

    public Task StepAsync() => _random.Next(10) switch
    {
        < 4 => SendAsync(),
        4 => UpsertAsync(),
        5 => Day < MergingDays ? MergeAsync() : SendAsync(),
        6 => _node.CrashAsync(_options),
        _ => PassAsync(),
    };

    public async Task CheckAsync()
    {
        await SendAsync();
        List<int> silent = [];
        for (var run = 0; run < 8; run++)
        {
            var since = (await _node.RunAsync()).ContactsSince!.Value.ToDateTimeOffset() - TimeSpan.FromDays(1);
            silent = [.. Enumerable.Range(0, People).Where(id => LastOf(id) < since)];
            if ((await KnownAsync(silent)).Count == 0 && run >= 2)
                break;
        }

        Assert.Equal([], await KnownAsync(silent));
        await _node.CrashAsync(_options);
        Assert.Equal([], await KnownAsync(silent));
        var steady = Enumerable.Range(0, People).Where(IsSteady).ToList();
        var at = _node.Client.Now() + TimeSpan.FromDays(1);
        foreach (var id in steady)
            await CompareAsync(IdOf(id), at);
        await _node.FreezeAsync();
        await CompareAccountsAsync();
        Counts = (silent.Count, steady.Count);
        Assert.Equal([], await _node.CloseAndLookAsync(silent.Select(IdOf)));
    }

    public async ValueTask DisposeAsync()
    {
        await _node.DisposeAsync();
        await _twin.DisposeAsync();
    }

    // One group after the other is there for a time; few others come back, and some never go.
    private int NextPerson()
    {
        var id = _random.Next(People);
        return id % 6 == 5 || id % Groups == Day / DaysOfAGroup % Groups || _random.Next(40) == 0 ? id : NextPerson();
    }

    private async Task SendAsync()
    {
        var signals = Enumerable.Range(0, 1 + _random.Next(12)).Select(_ => Next()).ToList();
        await _node.Client.SendAsync(signals.Select(signal => signal.Clone()));
        await _twin.Client.SendAsync(signals);
    }

    private V1.Signal Next()
    {
        var id = NextPerson();
        _heard.Add((id, _clock.GetUtcNow()));
        var at = _clock.GetUtcNow() - TimeSpan.FromDays(_random.Next(4) == 0 ? _random.Next(60) : 0);
        return TestSignals.Of(
            string.Create(CultureInfo.InvariantCulture, $"s{_next++}"), IdOf(id), _random.Next(4) == 0 ? "demo" : "viewed", at, $"a{id % 3}",
            attributes: new Dictionary<string, string> { ["url"] = "https://x/pricing" });
    }

    private async Task UpsertAsync()
    {
        var id = NextPerson();
        _heard.Add((id, _clock.GetUtcNow()));
        var upsert = new ContactUpsert(0, IdOf(id), $"p{id}@firm.com", $"a{id % 3}", [new TraitEdit("title", TraitValue.Text("VP Sales"))]);
        foreach (var client in new[] { _node.Client, _twin.Client })
            await client.UpsertContactsAsync(Workspaces.Default, [upsert], AckLevel.Ranked, CancellationToken.None);
    }

    private async Task MergeAsync()
    {
        var (from, into) = (NextPerson(), NextPerson());
        foreach (var client in new[] { _node.Client, _twin.Client })
        {
            try
            {
                await client.MergeContactsAsync(Workspaces.Default, IdOf(from), IdOf(into), CancellationToken.None);
                Join(_person[from], _person[into]);
                _heard.Add((into, _clock.GetUtcNow()));
            }
            catch (GrainException refused) when (refused is UnknownContactException or MergeRefusedException)
            {
            }
        }
    }

    private void Join(int left, int right)
    {
        for (var id = 0; id < People; id++)
        {
            if (_person[id] == left)
                _person[id] = right;
        }
    }

    private async Task PassAsync()
    {
        for (var hours = 12 + _random.Next(100); hours > 0; hours -= 6)
        {
            _clock.Advance(TimeSpan.FromHours(6));
            await Task.Delay(2);
        }
    }

    private List<DateTimeOffset> TimesOf(int id) => [.. _heard.Where(one => _person[one.Id] == _person[id]).Select(one => one.At)];

    private DateTimeOffset LastOf(int id) => TimesOf(id).DefaultIfEmpty(DateTimeOffset.MinValue).Max();

    // Never silent for long enough to be let go of.
    private bool IsSteady(int id)
    {
        var times = TimesOf(id);
        return times.Count > 0 && times.Append(_clock.GetUtcNow()).Zip(times.Skip(1).Append(_clock.GetUtcNow())).All(pair => pair.Second - pair.First < Kept - TimeSpan.FromDays(1));
    }

    private async Task<List<string>> KnownAsync(IEnumerable<int> ids)
    {
        var known = new List<string>();
        foreach (var id in ids.Select(IdOf))
        {
            if (await _node.Client.GetContactAsync(Workspaces.Default, id, CancellationToken.None) is not null)
                known.Add(id);
        }

        return known;
    }

    private async Task CompareAsync(string id, Instant at)
    {
        var here = await _node.Client.ExplainContactAsync(Workspaces.Default, id, at, CancellationToken.None);
        var there = await _twin.Client.ExplainContactAsync(Workspaces.Default, id, at, CancellationToken.None);
        Assert.NotNull(here);
        Assert.NotNull(there);
        Assert.Equal((there.Contact.Id, there.Contact.AccountId, there.Contact.SignalCount), (here.Contact.Id, here.Contact.AccountId, here.Contact.SignalCount));
        Assert.Equal(there.Contact.MergedContactIds.Order(), here.Contact.MergedContactIds.Order());
        Assert.Equal(there.Contact.Score.IntentPoints, here.Contact.Score.IntentPoints, 1e-9 * Math.Max(1, Math.Abs(there.Contact.Score.IntentPoints)));
    }

    // What contacts contribute arrives after the answers.
    private async Task CompareAccountsAsync()
    {
        var ids = Enumerable.Range(0, People).Select(IdOf).ToList();
        string? fault = "";
        for (var looks = 0; looks < 100 && fault is not null; looks++)
        {
            await Task.Delay(20);
            fault = await Recomputation.FaultAsync(_node.Client, await Recomputation.ContactsAsync(_node.Client, ids), ["a0", "a1", "a2"]);
        }

        Assert.Null(fault);
    }

    private static string IdOf(int number) => $"person-{number:D4}-of-many";
}
