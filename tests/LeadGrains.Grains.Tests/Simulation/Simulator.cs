using LeadGrains.Grains.Storage;
using LeadGrains.Grains.Tests.Node;
using LeadGrains.Scoring;
using LeadGrains.Testing;

namespace LeadGrains.Grains.Tests.Simulation;

/// <summary>
/// A seeded run of a whole node that dies again and again at bad moments, beside a twin that never does. Both get the
/// same requests at the same instants; what was not acknowledged is sent again. In the end they must agree.
/// </summary>
internal sealed class Simulator : ISimulator
{
    public const string Model = """
        name: simulated
        intent: {half_point: 40}
        groups:
          web: {half_life: 3d, cap: 25}
          sales: {half_life: 10d, cap: 120}
          off: {half_life: 10d, floor: -20}
        channels: {attribute: channel, factors: {paid: 1.5, social: 0.5}}
        machines: {burst: {signals: [left], count: 2, within: 1h}}
        rules:
          - {name: view, label: View, signal: viewed, group: web, points: 4, per_day: 3}
          - {name: pricing, label: Pricing, signal: viewed, when: {url: {contains: /pricing}}, group: sales, points: 9}
          - {name: demo, label: Demo, signal: demo, group: sales, points: 35}
          - {name: return, label: Return, signal: viewed, when: {url: {contains: /pricing}}, count: 2, within: 12d, group: sales, points: 14}
          - {name: then_demo, label: Then demo, sequence: [viewed, demo], within: 20d, group: sales, points: 11}
          - {name: again, label: Again, signal: demo, diminishing: 0.5, within: 9d, group: web, points: 6}
          - {name: long, label: Long, signal: demo, scale: {attribute: minutes, from: 5, to: 60}, group: sales, points: 20}
          - {name: asset, label: Asset, signal: viewed, once_per: {attribute: asset, within: 5d}, group: web, points: 3}
          - {name: left, label: Left, signal: left, group: off, points: -12}
          - {name: rating, label: Rating, signal: demo, latest: true, scale: {attribute: minutes, from: 0, to: 60}, group: web, points: 5}
        fit:
          contact:
            - {name: boss, label: Boss, trait: title, contains: [chief, vp], points: 70}
            - {name: untitled, label: No title known, trait: title, exists: false, points: 15}
          account:
            - {name: size, label: Size, trait: employees, between: [100, 900], points: 80}
            - {name: unknown, label: Size unknown, trait: employees, exists: false, points: 25}
        roles: [{name: boss, trait: title, contains: [chief, vp], weight: 1.5}]
        disqualify:
          - {name: rival, trait: title, in: [Rival], reason: Competitor}
          - {name: large, of: account, trait: employees, between: [1000, 1200], reason: Too large}
        account: {half_point: 80, engaged_half_life: 5d, breadth: {step: 0.25, max: 2}, parent_share: 0.5, surge: {points: 30, ratio: 1.5}}
        stages:
          contact: [{name: cold}, {name: warm, total: {enter: 40, leave: 30}}, {name: hot, total: {enter: 65, leave: 55}, min_fit: 30}]
          account: [{name: aware}, {name: mqa, total: {enter: 50, leave: 40}}]
        thresholds:
          contact: [{name: boss, fit: {enter: 60}}, {name: keen, intent: {enter: 45}}, {name: ready, total: {enter: 55, leave: 45}}]
          account: [{name: keen, intent: {enter: 60, leave: 40}}, {name: fits, fit: {enter: 70}}, {name: ready, total: {enter: 45}}]
        """;

    private readonly Random _random;
    private readonly ManualClock _clock = new();
    private readonly ManualClock _twinClock = new();
    private readonly TestNode _twin;
    private readonly Traffic _traffic;
    private TestNode _node;
    private int _kind;

    private Simulator(Random random, TestNode node, TestNode twin, ManualClock clock, ManualClock twinClock)
    {
        _random = random;
        _node = node;
        _twin = twin;
        _clock = clock;
        _twinClock = twinClock;
        _traffic = new Traffic(random, clock);
    }

    /// <summary>When every run begins.</summary>
    public static DateTimeOffset Start { get; } = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);

    public int Crashes { get; private set; }

    /// <summary>Some bounds that are met all the time, and some that never are.</summary>
    /// <param name="random">Chance.</param>
    /// <param name="loops">At most so many.</param>
    /// <param name="activeGrains">The narrow bound of those in memory.</param>
    public static GrainNodeOptions NextOptions(Random random, int loops, int activeGrains) => new()
    {
        Loops = 1 + random.Next(loops),
        ActiveGrains = random.Next(2) == 0 ? activeGrains : 1_000,
        CheckpointEntries = 1 + random.Next(60),
        TurnCapacity = random.Next(2) == 0 ? 2 : 1_000,
    };

    public static async Task<Simulator> StartAsync(int seed)
    {
        var model = ModelReader.Read(Model).Model!;
        var (clock, twinClock) = (new ManualClock(Start), new ManualClock(Start));
        var random = new Random(seed);
        var options = NextOptions(random, loops: 3, activeGrains: 6);
        var node = await TestNode.StartAsync(model, clock, options, partitions: 6);
        var twin = await TestNode.StartAsync(model, twinClock, new GrainNodeOptions { Loops = 1 }, partitions: 6);
        return new Simulator(random, node, twin, clock, twinClock);
    }

    /// <inheritdoc/>
    public string State => $"kind {_kind}, {Crashes} crashes";

    /// <inheritdoc/>
    public Task<string> DescribeAsync() => OwedReport.OfAsync([("node", _node.Node), ("twin", _twin.Node)]);

    public async Task StepAsync()
    {
        switch (_kind = _random.Next(14))
        {
            case < 6:
                await SendAsync([.. Enumerable.Range(0, 1 + _random.Next(12)).Select(_ => _traffic.NextSignal())]);
                break;
            case 6:
                await UpsertContactAsync();
                break;
            case 7:
                await UpsertAccountAsync();
                break;
            case 8:
                Advance(TimeSpan.FromHours(_random.Next(60)));
                break;
            case 9:
                await CrashAsync(survivingAppends: 0);
                break;
            case 10:
                await CrashUnderWayAsync();
                break;
            case 11:
                await MergeAsync(_traffic.NextContact(), _traffic.NextContact());
                break;
            case 12:
                await CrashWhileMergingAsync(_traffic.NextContact(), _traffic.NextContact());
                break;
            default:
                _node = await _node.RestartAsync();
                break;
        }
    }

    /// <summary>Compares everything that callers can see.</summary>
    public async Task CompareAsync()
    {
        await CrashAsync(survivingAppends: 0);
        await Comparison.OfAsync(_node.Client, _twin.Client, Traffic.Contacts(), Traffic.Accounts());
        Comparison.SurgesTakeTurns(_node.Journal);
        Comparison.CrossingsTakeTurns(_node.Journal);
    }

    /// <summary>Stops the node in good order.</summary>
    /// <returns>Its rows.</returns>
    public async Task<IGrainGeneration> StopAsync()
    {
        await _node.Node.StopAsync();
        return _node.Store.Active;
    }

    public async ValueTask DisposeAsync()
    {
        await _node.DisposeAsync();
        await _twin.DisposeAsync();
    }

    private async Task SendAsync(V1.Signal[] signals)
    {
        await _node.SendAsync(signals);
        await _twin.SendAsync(signals);
    }

    private async Task UpsertContactAsync()
    {
        var upsert = _traffic.NextContactUpsert();
        foreach (var node in new[] { _node, _twin })
            await node.Client.UpsertContactsAsync(Workspaces.Default, [upsert], AckLevel.Ranked, CancellationToken.None);
    }

    private async Task UpsertAccountAsync()
    {
        var upsert = _traffic.NextAccountUpsert();
        var here = await _node.Client.UpsertAccountsAsync(Workspaces.Default, [upsert], AckLevel.Ranked, CancellationToken.None);
        var there = await _twin.Client.UpsertAccountsAsync(Workspaces.Default, [upsert], AckLevel.Ranked, CancellationToken.None);
        Assert.Equal(there.Recorded, here.Recorded);
    }

    private void Advance(TimeSpan elapsed)
    {
        _clock.Advance(elapsed);
        _twinClock.Advance(elapsed);
    }

    // Rows and checkpoints that were not on the disk yet are gone; the journal is not.
    private async Task CrashAsync(int survivingAppends)
    {
        Crashes++;
        var lost = _random.Next(2) == 0 ? 0 : (int)Math.Min(_node.Store.UndoableWrites, _random.Next(8));
        _node = await _node.CrashAndRestartAsync(survivingAppends, lost);
    }

    private async Task MergeAsync(string from, string into) =>
        Assert.Equal(await MergeAsync(_twin, from, into), await MergeAsync(_node, from, into));

    private static async Task<string> MergeAsync(TestNode node, string from, string into)
    {
        try
        {
            return (await node.Client.MergeContactsAsync(Workspaces.Default, from, into, CancellationToken.None)).Contact.Id;
        }
        catch (GrainException refused) when (refused is UnknownContactException or MergeRefusedException)
        {
            return refused.Message;
        }
    }

    // The process dies between any two of a merge's appends, and the caller merges again.
    private async Task CrashWhileMergingAsync(string from, string into)
    {
        _node.Journal.Hold();
        var merging = MergeAsync(_node, from, into);
        for (var appends = _random.Next(4); appends >= 0; appends--)
        {
            for (var tries = 0; tries < 200 && _node.Journal.WaitingCount == 0 && !merging.IsCompleted; tries++)
                await Task.Delay(1);
            if (appends > 0)
                _node.Journal.CommitWaiting();
        }

        await CrashAsync(_random.Next(_node.Journal.WaitingCount + 1));
        await MergeAsync(from, into);
    }

    // The process dies while a batch is on its way: part of it may have reached the disk, nobody was told, and the
    // caller sends it again.
    private async Task CrashUnderWayAsync()
    {
        V1.Signal[] signals = [.. Enumerable.Range(0, 1 + _random.Next(12)).Select(_ => _traffic.NextSignal())];
        _node.Journal.Hold();
        var waiting = _node.Journal.WaitingCount;
        _ = _node.SendAsync(signals);
        for (var tries = 0; tries < 200 && _node.Journal.WaitingCount == waiting; tries++)
            await Task.Delay(1);
        await CrashAsync(_random.Next(_node.Journal.WaitingCount + 1));
        await SendAsync(signals);
    }
}
