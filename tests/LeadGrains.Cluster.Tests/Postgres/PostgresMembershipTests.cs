using LeadGrains.Cluster.Membership;
using LeadGrains.Cluster.Postgres;
using LeadGrains.Grains;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Storage;
using LeadGrains.Storage.Postgres;

namespace LeadGrains.Cluster.Tests.Postgres;

public sealed class PostgresMembershipTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const int Partitions = 8;
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(2);
    private static readonly int[] All = [.. Enumerable.Range(0, Partitions)];

    private readonly List<IAsyncDisposable> _opened = [];
    private string _address = "";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _address = await postgres.NewDatabaseAsync();
        await (await OpenStoreAsync(new ClusterOwnership())).DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var opened in _opened)
            await opened.DisposeAsync();
    }

    [Fact]
    public async Task Beat_WhenJoined_ShowsNodesAndPartitions()
    {
        var a = await JoinAsync("a");
        var b = await JoinAsync("b");
        await a.BeatAsync(MemberState.Serving, [], Token);
        var taken = await a.TakeAsync([1, 3], Token);
        var view = await b.BeatAsync(MemberState.Joining, [], Token);

        Assert.Equal([new OwnedPartition(1, 1), new OwnedPartition(3, 1)], taken);
        Assert.Equal([new("a", "a:1", MemberState.Serving, true), new("b", "b:1", MemberState.Joining, true)], view.Members);
        Assert.Equal(All, view.Partitions.Select(holding => holding.Partition));
        Assert.Equal([1, 3], view.Partitions.Where(holding => !holding.IsFree).Select(holding => holding.Partition));
        Assert.All(taken, own => Assert.Equal(("a", 1L), (view.Partitions[own.Partition].Owner, view.Partitions[own.Partition].Epoch)));
        Assert.InRange(view.Partitions[1].Left, TimeSpan.FromTicks(1), Lease);
    }

    [Fact]
    public async Task Beat_WhenAModelIsActive_ShowsItsVersion()
    {
        var a = await JoinAsync("a");
        Assert.Equal(0u, (await a.BeatAsync(MemberState.Serving, [], Token)).ModelVersion);
        await PostgresFixture.QueryAsync(_address, "UPDATE leadgrains.active SET model_version = 7");
        Assert.Equal(7u, (await a.BeatAsync(MemberState.Serving, [], Token)).ModelVersion);
    }

    [Fact]
    public async Task Take_WhenManyTryAtOnce_GivesEachPartitionToOne()
    {
        var nodes = await Task.WhenAll(Enumerable.Range(0, 5).Select(i => JoinAsync($"node-{i}")));
        var taken = await Task.WhenAll(nodes.Select(node => Task.Run(() => node.TakeAsync(All, Token))));

        Assert.Equal(All, taken.SelectMany(owned => owned).Select(own => own.Partition).Order());
    }

    [Fact]
    public async Task Take_WhenHeldByOneThatLives_TakesNothing()
    {
        var a = await JoinAsync("a");
        var b = await JoinAsync("b");
        var owned = await a.TakeAsync(All, Token);
        for (var beat = 0; beat < 6; beat++)
        {
            await Task.Delay(Lease / 4, Token);
            await a.BeatAsync(MemberState.Serving, owned, Token);
            await b.BeatAsync(MemberState.Serving, [], Token);
        }

        Assert.Empty(await b.TakeAsync(All, Token));
    }

    [Fact]
    public async Task Take_WhenTheLeaseHasEnded_RaisesTheEpochAndShutsTheOwnerBeforeOut()
    {
        var ownership = new FixedOwned();
        var a = await JoinAsync("a");
        ownership.Owned = await a.TakeAsync(All, Token);
        await using var store = await OpenStoreAsync(ownership);
        var b = await JoinAsync("b");
        await ExpireAsync("a");
        var taken = await b.TakeAsync(All, Token);

        Assert.All(taken, own => Assert.Equal(2, own.Epoch));
        await Assert.ThrowsAsync<StaleEpochException>(() => store.Grains.BeginGenerationAsync(Token));
    }

    [Fact]
    public async Task Take_WhenGivenBack_NeedNotWait()
    {
        var a = await JoinAsync("a");
        var b = await JoinAsync("b");
        var owned = await a.TakeAsync(All, Token);
        await a.GiveBackAsync([.. owned.Take(3)], Token);

        Assert.Equal([0, 1, 2], (await b.TakeAsync(All, Token)).Select(own => own.Partition));
        Assert.Equal(8 - 3, (await a.BeatAsync(MemberState.Serving, owned, Token)).Partitions.Count(holding => holding.Owner == "a"));
    }

    [Fact]
    public async Task GiveBack_WhenAnotherHasTakenIt_ChangesNothing()
    {
        var a = await JoinAsync("a");
        var b = await JoinAsync("b");
        var old = await a.TakeAsync([0], Token);
        await ExpireAsync("a");
        await b.TakeAsync([0], Token);
        await a.GiveBackAsync(old, Token);

        Assert.Equal("b", (await b.BeatAsync(MemberState.Serving, [], Token)).Partitions[0].Owner);
    }

    [Fact]
    public async Task Beat_WhenTheEpochIsOld_ExtendsNothing()
    {
        var a = await JoinAsync("a");
        await a.TakeAsync([0], Token);
        await ExpireAsync("a");
        var view = await a.BeatAsync(MemberState.Serving, [new OwnedPartition(0, 0)], Token);

        Assert.True(view.Partitions[0].IsFree);
    }

    [Fact]
    public async Task Take_WhenTheNodeItselfHasExpired_TakesNothing()
    {
        var a = await JoinAsync("a");
        await ExpireAsync("a");

        Assert.Empty(await a.TakeAsync(All, Token));
    }

    [Fact]
    public async Task Leave_WhenPartitionsAreLeft_GivesThemBack()
    {
        var a = await JoinAsync("a");
        var b = await JoinAsync("b");
        await a.TakeAsync(All, Token);
        await a.LeaveAsync(Token);

        Assert.Equal(["b"], (await b.BeatAsync(MemberState.Serving, [], Token)).Members.Select(member => member.Name));
        Assert.Equal(Partitions, (await b.TakeAsync(All, Token)).Count);
        await Assert.ThrowsAsync<StaleEpochException>(() => a.BeatAsync(MemberState.Serving, [], Token));
    }

    [Fact]
    public async Task Join_WhenAnotherProcessHasTheName_IsRefused()
    {
        using var stop = new CancellationTokenSource();
        var beating = BeatUntilAsync(await JoinAsync("a"), [], stop.Token);
        var refused = await Assert.ThrowsAsync<StoreUnusableException>(() => JoinAsync("a", process: 2));
        await stop.CancelAsync();
        await beating;

        Assert.Contains("another name with --node", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Join_WhenTheProcessBeforeWasKilled_WaitsForItsLeaseAndFreesWhatItHad()
    {
        var killed = await JoinAsync("a");
        await killed.TakeAsync(All, Token);
        await PostgresFixture.QueryAsync(_address, "UPDATE leadgrains.partitions SET expires_at = expires_at + interval '1 hour'");
        var next = await JoinAsync("a", process: 2).WaitAsync(TimeSpan.FromSeconds(60), Token);

        Assert.Equal(Partitions, (await next.TakeAsync(All, Token)).Count);
    }

    [Fact]
    public async Task Join_WhenOneServerHasThemAll_IsRefusedUntilThatEnds()
    {
        await using (await OpenStoreAsync(ownership: null))
        {
            var refused = await Assert.ThrowsAsync<StoreUnusableException>(() => JoinAsync("a"));
            Assert.Contains("the only server has all partitions for itself", refused.Message, StringComparison.Ordinal);
        }

        var a = await JoinAsync("a");
        Assert.Equal(Partitions, (await a.TakeAsync(All, Token)).Count);
    }

    [Fact]
    public async Task OpenAlone_WhenANodeHasPartitions_IsRefusedAndNamesIt()
    {
        var a = await JoinAsync("a");
        using var stop = new CancellationTokenSource();
        var beating = BeatUntilAsync(a, await a.TakeAsync([2], Token), stop.Token);
        var refused = await Assert.ThrowsAsync<StoreUnusableException>(() => OpenStoreAsync(ownership: null));
        await stop.CancelAsync();
        await beating;

        Assert.Contains("is in use by a. Stop that process", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Membership_WhenThroughAPooler_IsTheSame()
    {
        var address = await postgres.ThroughPoolerAsync(_address);
        var nodes = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => JoinAsync($"node-{i}", address: address)));
        var ownerships = await Task.WhenAll(nodes.Select(async node =>
        {
            IReadOnlyList<OwnedPartition> owned = [];
            for (var round = 0; round < 20; round++)
            {
                await node.BeatAsync(MemberState.Serving, owned, Token);
                owned = [.. owned, .. await node.TakeAsync([round % Partitions], Token)];
            }

            return owned;
        }));

        Assert.Equal(All, ownerships.SelectMany(owned => owned).Select(own => own.Partition).Order());
    }

    [Fact]
    public async Task Beat_WhenTheServerIsGone_SaysThatItDoesNotAnswer()
    {
        var a = Make("a", process: 1, "Host=127.0.0.1;Port=1;Database=x;Username=x");

        await Assert.ThrowsAsync<PartitionUnavailableException>(() => a.BeatAsync(MemberState.Serving, [], Token));
    }

    [Fact]
    public async Task Drain_WhenTheNodeIsThere_IsSeenUntilItsProcessIsAnotherOne()
    {
        await using var directory = new ClusterDirectory(_address);
        var a = await JoinAsync("a");
        Assert.True(await directory.DrainAsync("a", isDrained: true, Token));
        Assert.Null(await directory.DrainAsync("nobody", isDrained: true, Token));

        Assert.Equal(MemberState.Draining, (await a.BeatAsync(MemberState.Serving, [], Token)).Members[0].State);
        await a.JoinAsync(Token);
        Assert.Equal(MemberState.Draining, (await directory.SeeAsync(Token)).Members[0].State);
        await ExpireAsync("a");
        await JoinAsync("a", process: 2);
        Assert.Equal(MemberState.Joining, (await directory.SeeAsync(Token)).Members[0].State);
    }

    [Fact]
    public async Task See_WhenThereIsNoStore_SaysSo()
    {
        await using var directory = new ClusterDirectory(await postgres.NewDatabaseAsync());

        Assert.Contains("has not been served by a cluster", (await Assert.ThrowsAsync<StoreUnusableException>(() => directory.SeeAsync(Token))).Message, StringComparison.Ordinal);
    }

    private static async Task BeatUntilAsync(PostgresMembership node, IReadOnlyList<OwnedPartition> owned, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await node.BeatAsync(MemberState.Serving, owned, Token);
            await Task.Delay(Lease / 20, Token);
        }
    }

    private PostgresMembership Make(string name, int process, string address)
    {
        var membership = new PostgresMembership(address, new NodeIdentity(name, new Guid(process, 0, 0, new byte[8]), name + ":1"), Lease, TimeProvider.System);
        _opened.Add(membership);
        return membership;
    }

    private async Task<PostgresMembership> JoinAsync(string name, int process = 1, string? address = null)
    {
        var membership = Make(name, process, address ?? _address);
        await membership.JoinAsync(Token);
        return membership;
    }

    private Task<object?> ExpireAsync(string node) => PostgresFixture.QueryAsync(
        _address,
        $"UPDATE leadgrains.nodes SET expires_at = clock_timestamp() WHERE node = '{node}'; UPDATE leadgrains.partitions SET expires_at = clock_timestamp() WHERE owner = '{node}'");

    private Task<PostgresStore> OpenStoreAsync(IPartitionOwnership? ownership) => PostgresStore.OpenAsync(
        new PostgresStoreOptions
        {
            ConnectionString = _address,
            NewStoreId = new Guid(1, 2, 3, [4, 5, 6, 7, 8, 9, 10, 11]),
            PartitionCount = Partitions,
            Owner = "the only server",
            Ownership = ownership,
            Lease = Lease,
            Clock = TimeProvider.System,
        },
        Token);

    private sealed class FixedOwned : IPartitionOwnership
    {
        public IReadOnlyList<OwnedPartition> Owned { get; set; } = [];
    }
}
