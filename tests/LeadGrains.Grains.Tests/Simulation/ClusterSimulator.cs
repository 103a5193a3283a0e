using LeadGrains.Grains.Tests.Node;
using LeadGrains.Scoring;
using LeadGrains.Testing;

namespace LeadGrains.Grains.Tests.Simulation;

/// <summary>
/// A seeded run of several nodes that share a store, over a network that loses, doubles and delays: partitions move in good
/// order and in none, nodes die and join. Beside them a twin of one node to which nothing ever happens gets the same; what was
/// not acknowledged is sent again. In the end every node must say what the twin says.
/// </summary>
internal sealed class ClusterSimulator : ISimulator
{
    private const int Partitions = 6;
    private const int MaxNodes = 4;

    private readonly Random _random;
    private readonly ManualClock _twinClock;
    private readonly TestCluster _cluster;
    private readonly TestNode _twin;
    private readonly Traffic _traffic;
    private int _kind;
    private string? _difference;

    private ClusterSimulator(Random random, TestCluster cluster, TestNode twin, ManualClock twinClock)
    {
        _random = random;
        _cluster = cluster;
        _twin = twin;
        _twinClock = twinClock;
        _traffic = new Traffic(random, cluster.Clock);
    }

    public int Deaths { get; private set; }

    public int Moves { get; private set; }

    public static async Task<ClusterSimulator> StartAsync(int seed)
    {
        var model = ModelReader.Read(Simulator.Model).Model!;
        var (clock, twinClock) = (new ManualClock(Simulator.Start), new ManualClock(Simulator.Start));
        var random = new Random(seed);
        var options = Simulator.NextOptions(random, loops: 2, activeGrains: 12);
        var cluster = await TestCluster.StartAsync(model, clock, options, Partitions, nodes: 2 + random.Next(2));
        var twin = await TestNode.StartAsync(model, twinClock, new GrainNodeOptions { Loops = 1 }, partitions: Partitions);
        cluster.Network.Trouble(new Random(seed), random.Next(3) * 0.1);
        return new ClusterSimulator(random, cluster, twin, twinClock);
    }

    /// <inheritdoc/>
    public string State => $"kind {_kind}, alive {string.Join(',', _cluster.Alive)}, owners {string.Join(',', _cluster.Owners)}, epochs {string.Join(',', _cluster.Epochs)}; {_difference}";

    /// <inheritdoc/>
    public Task<string> DescribeAsync() =>
        OwedReport.OfAsync([.. _cluster.Alive.Select(node => ($"node {node}", _cluster[node].Node)), ("twin", _twin.Node)]);

    public async Task StepAsync()
    {
        switch (_kind = _random.Next(17))
        {
            case < 4:
                await SendAsync(await NextBatchAsync());
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
                _cluster.Clock.Advance(TimeSpan.FromHours(_random.Next(60)));
                break;
            case 8:
                await MoveAsync();
                break;
            case 9:
                await MoveUnderLoadAsync();
                break;
            case 10:
                await KillAsync();
                break;
            case 12:
                await MergeAsync(_traffic.NextContact(), _traffic.NextContact(), static () => Task.CompletedTask);
                break;
            case 13:
                await MergeAsync(_traffic.NextContact(), _traffic.NextContact(), MoveAsync);
                break;
            case 14:
                await MergeAsync(_traffic.NextContact(), _traffic.NextContact(), DieAsync);
                break;
            case 15:
                await MergeBothWaysAsync(_traffic.NextContact(), _traffic.NextContact());
                break;
            case 16:
                var named = NextNamed();
                await BothAsync(node => node.Client.UpsertContactsAsync(Workspaces.Default, [named], AckLevel.Ranked, CancellationToken.None));
                break;
            default:
                if (_cluster.Alive.Count < MaxNodes)
                    await _cluster.JoinAsync();
                break;
        }
    }

    /// <summary>Compares everything that callers can see, asked of each node.</summary>
    public async Task CompareAsync()
    {
        _cluster.Network.Trouble(_random, share: 0);
        await _cluster.CompleteAsync();

        // What was lost on its way is sent again by then, if only by the next sweep; the run's own bound ends this.
        _cluster.Clock.Advance(TimeSpan.FromMinutes(1));
        do
        {
            _cluster.HoldClock(isStill: false);
            var until = _cluster.Clock.GetUtcNow() + TimeSpan.FromSeconds(1);
            while (_cluster.Clock.GetUtcNow() < until)
                await Task.Delay(2);
            _cluster.HoldClock();
            FollowClock();
            _difference = await Comparison.DifferenceAsync(_cluster.Alive.Select(node => _cluster[node].Client), _twin.Client, Traffic.Contacts(), Traffic.Accounts());
        }
        while (_difference is not null);

        foreach (var node in _cluster.Alive)
            await Comparison.OfAsync(_cluster[node].Client, _twin.Client, Traffic.Contacts(), Traffic.Accounts());
        Comparison.SurgesTakeTurns(_cluster.Journal);
        Comparison.CrossingsTakeTurns(_cluster.Journal);
    }

    public async ValueTask DisposeAsync()
    {
        await _cluster.DisposeAsync();
        await _twin.DisposeAsync();
    }

    private int AnyNode() => _cluster.Alive[_random.Next(_cluster.Alive.Count)];

    // A contact gets signals of one batch by one of its ids: of several, which other nodes drive, one may have to be sent again
    // when another one has arrived, and then caps and limits are met in another order than at the twin.
    private async Task<V1.Signal[]> NextBatchAsync()
    {
        var ways = new Dictionary<string, string>();
        var batch = new List<V1.Signal>();
        for (var count = 1 + _random.Next(12); count > 0; count--)
        {
            var signal = _traffic.NextSignal();
            var contact = signal.ContactId.Length == 0 ? "" : await WhoIsAsync(_twin, signal.ContactId) ?? signal.ContactId;
            if (ways.TryAdd(contact, signal.ContactId) || ways[contact] == signal.ContactId)
                batch.Add(signal);
        }

        return [.. batch];
    }

    // Sent again, a trait that is taken away would take away, too, what the first attempt had merged in.
    private ContactUpsert NextNamed()
    {
        var upsert = _traffic.NextContactUpsert();
        return upsert with
        {
            Traits = [.. upsert.Traits.Where(edit => edit.Value is not null)],
            Aliases = [_traffic.NextContact(), _traffic.NextContact()],
        };
    }

    private Task SendAsync(V1.Signal[] signals) => BothAsync(node => node.SendAsync(signals));

    private async Task BothAsync<T>(Func<TestNode, Task<T>> ask)
    {
        await UntilDoneAsync(ask);
        await _cluster.Network.SettleAsync();
        FollowClock();
        await ask(_twin);
    }

    // As a client does: what is not acknowledged is asked again, of whichever node.
    private async Task<T> UntilDoneAsync<T>(Func<TestNode, Task<T>> ask)
    {
        while (true)
        {
            try
            {
                return await ask(_cluster[AnyNode()]);
            }
            catch (GrainException failure) when (failure.RetryAfter is not null)
            {
                await Task.Delay(2);
            }
        }
    }

    private Task MoveAsync()
    {
        Moves++;
        return _cluster.MoveAsync(_random.Next(3) == 0 ? 0 : _random.Next(Partitions), AnyNode());
    }

    private async Task MoveUnderLoadAsync()
    {
        var signals = await NextBatchAsync();
        var sending = UntilDoneAsync(node => node.SendAsync(signals));
        await MoveAsync();
        await sending;
        FollowClock();
        await _twin.SendAsync(signals);
    }

    private async Task KillAsync()
    {
        var signals = await NextBatchAsync();
        var sending = UntilDoneAsync(node => node.SendAsync(signals));
        if (_random.Next(2) == 0)
            await Task.Yield();
        await DieAsync();
        await sending;
        FollowClock();
        await _twin.SendAsync(signals);
    }

    private async Task DieAsync()
    {
        if (_cluster.Alive.Count == 1)
            await _cluster.JoinAsync();
        Deaths++;
        var orphans = _cluster.Kill(AnyNode());
        foreach (var partition in orphans)
            await _cluster.AdoptAsync(AnyNode(), [partition]);
    }

    // Something happens meanwhile.
    private async Task MergeAsync(string from, string into, Func<Task> meanwhile)
    {
        var merging = MergeAsync(from, into);
        for (var pauses = _random.Next(4); pauses > 0; pauses--)
            await Task.Delay(1);
        await meanwhile();
        var here = await merging;
        FollowClock();
        Assert.Equal(await MergeAsync(_twin, from, into), here);
    }

    // Of two that are merged into each other at once one stays; the twin takes the same one.
    private async Task MergeBothWaysAsync(string one, string other)
    {
        await Task.WhenAll(MergeAsync(one, other), MergeAsync(other, one), MoveAsync());
        var left = await WhoIsAsync(one);
        Assert.Equal(left, await WhoIsAsync(other));
        FollowClock();
        if (await WhoIsAsync(_twin, one) == left)
            await MergeAsync(_twin, other, one);
        else
            await MergeAsync(_twin, one, other);
        Assert.Equal(left, await WhoIsAsync(_twin, one));
    }

    private static async Task<string?> WhoIsAsync(TestNode node, string id) =>
        (await node.Client.GetContactAsync(Workspaces.Default, id, CancellationToken.None))?.Id;

    private Task<string> MergeAsync(string from, string into) => UntilDoneAsync(node => MergeAsync(node, from, into));

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

    private async Task<string?> WhoIsAsync(string id) =>
        (await UntilDoneAsync(node => node.Client.GetContactAsync(Workspaces.Default, id, CancellationToken.None)))?.Id;

    private void FollowClock() => _twinClock.Advance(_cluster.Clock.GetUtcNow() - _twinClock.GetUtcNow());
}
