using LeadGrains.Grains.Tests.Node;
using LeadGrains.Scoring;
using LeadGrains.Testing;

namespace LeadGrains.Grains.Tests.Simulation;

/// <summary>
/// As <see cref="ClusterSimulator"/>, but the nodes decide themselves who drives what, by their leases: processes are killed,
/// stopped for longer than their lease and let go on, cut off from the store, ended in good order, and started again, and
/// clocks are set forth and back. Whatever a node that has lost its partitions still tries is refused or of no effect.
/// </summary>
internal sealed class SelfDrivenSimulator : ISimulator
{
    private const int Partitions = 6;
    private const int MaxNodes = 4;

    // How long a client waits for an answer before it asks again: the longer, the more often it has asked.
    private static readonly TimeSpan FirstPatience = TimeSpan.FromMilliseconds(400);
    private const int PatienceDoublesAfter = 4, PatienceDoubles = 6;

    private readonly Random _random;
    private readonly ManualClock _twinClock;
    private readonly SelfDrivenCluster _cluster;
    private readonly TestNode _twin;
    private readonly Traffic _traffic;
    private readonly HashSet<string> _stopped = [];
    private readonly HashSet<string> _cutOff = [];
    private int _nodes;
    private int _steps;
    private int _kind;
    private int _looks;
    private string? _difference;
    private string? _refusal;

    private SelfDrivenSimulator(Random random, SelfDrivenCluster cluster, TestNode twin, ManualClock twinClock, int nodes)
    {
        _random = random;
        _cluster = cluster;
        _twin = twin;
        _twinClock = twinClock;
        _traffic = new Traffic(random, cluster.Clock);
        _nodes = nodes;
    }

    public int Losses => _cluster.Losses;

    public int Deaths { get; private set; }

    public static async Task<SelfDrivenSimulator> StartAsync(int seed)
    {
        var model = ModelReader.Read(Simulator.Model).Model!;
        var (clock, twinClock) = (new ManualClock(Simulator.Start), new ManualClock(Simulator.Start));
        var random = new Random(seed);
        var options = Simulator.NextOptions(random, loops: 2, activeGrains: 12);
        var nodes = 2 + random.Next(2);
        var cluster = await SelfDrivenCluster.StartAsync(model, clock, options, Partitions, nodes);
        var twin = await TestNode.StartAsync(model, twinClock, new GrainNodeOptions { Loops = 1 }, partitions: Partitions);
        cluster.Network.Trouble(new Random(seed), random.Next(3) * 0.1);
        return new SelfDrivenSimulator(random, cluster, twin, twinClock, nodes);
    }

    /// <inheritdoc/>
    public string State =>
        $"step {_steps}, kind {_kind}, {_looks} looks, {_difference ?? "no difference"}, {_refusal ?? "no refusal"}; {_cluster.State}; stopped {string.Join(',', _stopped)}, cut off {string.Join(',', _cutOff)}";

    /// <inheritdoc/>
    public Task<string> DescribeAsync() => OwedReport.OfAsync([.. _cluster.Engines, ("twin", _twin.Node)]);

    public async Task StepAsync()
    {
        _steps++;
        switch (_kind = _random.Next(13))
        {
            case < 4:
                await SendAsync(() => { });
                break;
            case 4:
                var contact = _traffic.NextContactUpsert();
                await BothAsync(node => node.Client.UpsertContactsAsync(Workspaces.Default, [contact], AckLevel.Ranked, CancellationToken.None));
                break;
            case 5:
                var account = _traffic.NextAccountUpsert();
                await BothAsync(node => node.Client.UpsertAccountsAsync(Workspaces.Default, [account], AckLevel.Ranked, CancellationToken.None));
                break;
            case 6:
                _cluster.Clock.SetUtcNow(_cluster.Clock.GetUtcNow() + TimeSpan.FromMinutes(_random.Next(-50, 3_000)));
                break;
            case 7:
                await SendAsync(Kill);
                break;
            case 8:
                await SendAsync(Stop);
                break;
            case 9:
                await SendAsync(CutOff);
                break;
            case 10:
                Mend();
                break;
            case 11:
                if (_cluster.Running.Count > 1)
                    await _cluster.LeaveAsync(AnyNode());
                break;
            default:
                if (_cluster.Running.Count + _stopped.Count < MaxNodes)
                    _cluster.Join($"n{_nodes++}");
                break;
        }
    }

    /// <summary>Compares everything that callers can see, asked of each node.</summary>
    public async Task CompareAsync()
    {
        Mend();
        _cluster.Network.Trouble(_random, share: 0);
        _cluster.Clock.SetUtcNow(_cluster.Clock.GetUtcNow() + TimeSpan.FromHours(2));
        List<TestNode> asked;
        do
        {
            // What was lost on its way is sent again after a time, which passes only while the clock runs. The run's own bound
            // ends this, and says what differs.
            _looks++;
            _cluster.HoldClock(isStill: false);
            await _cluster.CompleteAsync();
            await PassAsync(TimeSpan.FromSeconds(2));
            await _cluster.CompleteAsync();
            _cluster.HoldClock();
            FollowClock();
            asked = [.. _cluster.Running.Select(_cluster.Ask).OfType<TestNode>()];
            _difference = await Comparison.DifferenceAsync(asked.Select(node => node.Client), _twin.Client, Traffic.Contacts(), Traffic.Accounts());
        }
        while (_difference is not null);

        Assert.NotEmpty(asked);
        foreach (var node in asked)
            await Comparison.OfAsync(node.Client, _twin.Client, Traffic.Contacts(), Traffic.Accounts());
    }

    public async ValueTask DisposeAsync()
    {
        Mend();
        await _cluster.DisposeAsync();
        await _twin.DisposeAsync();
    }

    private async Task PassAsync(TimeSpan time)
    {
        for (var from = _cluster.Clock.GetTimestamp(); _cluster.Clock.GetElapsedTime(from) < time;)
            await Task.Delay(2);
    }

    private string AnyNode() => _cluster.Running[_random.Next(_cluster.Running.Count)];

    private void Kill()
    {
        Deaths++;
        if (_cluster.Running.Count == 1)
            _cluster.Join($"n{_nodes++}");
        _cluster.Kill(AnyNode());
    }

    private void Stop()
    {
        if (_cluster.Running.Count == 1)
            return;
        var node = AnyNode();
        _stopped.Add(node);
        _cluster.Stop(node);
    }

    private void CutOff()
    {
        if (_cluster.Running.Count == 1)
            return;
        var node = AnyNode();
        _cutOff.Add(node);
        _cluster.Members.CutOff(node);
    }

    private void Mend()
    {
        foreach (var node in _stopped)
            _cluster.GoOn(node);
        _stopped.Clear();
        foreach (var node in _cutOff)
            _cluster.Members.CutOff(node, isCutOff: false);
        _cutOff.Clear();
    }

    private async Task SendAsync(Action fault)
    {
        V1.Signal[] signals = [.. Enumerable.Range(0, 1 + _random.Next(12)).Select(_ => _traffic.NextSignal())];
        var sending = UntilDoneAsync(node => node.SendAsync(signals));
        if (_random.Next(2) == 0)
            await Task.Delay(1);
        fault();
        await sending;
        FollowClock();
        await _twin.SendAsync(signals);
    }

    private async Task BothAsync<T>(Func<TestNode, Task<T>> ask)
    {
        await UntilDoneAsync(ask);
        FollowClock();
        await ask(_twin);
    }

    // As a client does: what is not acknowledged in time is asked again, of whichever node. The step's own bound ends it.
    private async Task UntilDoneAsync<T>(Func<TestNode, Task<T>> ask)
    {
        for (var tries = 0; ; tries++)
        {
            try
            {
                if (_cluster.Running is { Count: > 0 } running && _cluster.Ask(running[tries % running.Count]) is { } node)
                {
                    await ask(node).WaitAsync(FirstPatience * (1 << Math.Min(PatienceDoubles, tries / PatienceDoublesAfter)));
                    return;
                }
            }
            catch (Exception failure) when (failure is GrainException { RetryAfter: not null } or TimeoutException or ObjectDisposedException)
            {
                _refusal = failure.Message;
            }

            await Task.Delay(5);
            if (tries > 20)
                Mend();
        }
    }

    private void FollowClock()
    {
        var ahead = _cluster.Clock.GetUtcNow() - _twinClock.GetUtcNow();
        if (ahead > TimeSpan.Zero)
            _twinClock.Advance(ahead);
    }
}
