using System.Text.Json;
using LeadGrains.Cluster.Membership;
using LeadGrains.Cluster.Postgres;
using LeadGrains.Host.Commands;
using LeadGrains.Storage.Postgres;
using LeadGrains.Testing.Postgres;

[assembly: AssemblyFixture(typeof(PostgresFixture))]

namespace LeadGrains.Host.Tests.Commands;

public sealed class ClusterCommandTests(PostgresFixture postgres) : IAsyncLifetime
{
    private string _address = "";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _address = await postgres.NewDatabaseAsync();
        await using var store = await PostgresStore.OpenAsync(
            new PostgresStoreOptions
            {
                ConnectionString = _address,
                NewStoreId = Guid.Empty,
                PartitionCount = 4,
                Owner = "",
                Ownership = new ClusterOwnership(),
                Clock = TimeProvider.System,
            },
            Token);
        await using var node = Node("node-a");
        await node.JoinAsync(Token);
        await node.TakeAsync([0, 2], Token);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Status_WhenANodeHasPartitions_ShowsThem()
    {
        var ran = await RunAsync("cluster", "status");

        Assert.Equal((ExitCode.Done, ""), (ran.ExitCode, ran.Error));
        Assert.Matches(@"node-a +127\.0\.0\.1:7171 +joining +2\n", ran.Output);
        Assert.Matches(@"\n +0  node-a +1 +[0-9.]+ s +0 +0\n +1  \(nobody\) +0 +0 +0\n", ran.Output);
    }

    [Fact]
    public async Task Status_WhenJson_HasEveryField()
    {
        var ran = await RunAsync("cluster", "status", "--json");
        var status = JsonDocument.Parse(ran.Output).RootElement;

        Assert.Equal("node-a", status.GetProperty("nodes")[0].GetProperty("name").GetString());
        Assert.Equal(0u, status.GetProperty("modelVersion").GetUInt32());
        var partition = status.GetProperty("partitions")[2];
        Assert.Equal(("node-a", 1L, 0L), (partition.GetProperty("owner").GetString(), partition.GetProperty("epoch").GetInt64(), partition.GetProperty("journalEnd").GetInt64()));
        Assert.InRange(partition.GetProperty("leaseSeconds").GetDouble(), 0, 60);
    }

    [Fact]
    public async Task Status_WhenRowsLieBehind_ShowsHowFar()
    {
        await PostgresFixture.QueryAsync(_address, "UPDATE leadgrains.partitions SET last_sequence = 1700 WHERE partition = 2");
        await PostgresFixture.QueryAsync(
            _address, "INSERT INTO leadgrains.checkpoints SELECT generation, 2, 500 FROM leadgrains.active UNION SELECT generation + 1, 2, 1600 FROM leadgrains.active");

        Assert.Matches(@"\n +2  node-a +1 +[0-9.]+ s +1,700 +1,200\n", (await RunAsync("cluster", "status")).Output);
    }

    [Fact]
    public async Task Drain_WhenTheNodeIsThere_IsShownUntilUndone()
    {
        Assert.StartsWith("The node node-a gives its partitions to the others.", (await RunAsync("cluster", "drain", "node-a")).Output, StringComparison.Ordinal);
        Assert.Contains("draining", (await RunAsync("cluster", "status")).Output, StringComparison.Ordinal);
        Assert.Contains("takes its share again", (await RunAsync("cluster", "drain", "node-a", "--undo")).Output, StringComparison.Ordinal);
        Assert.Contains("joining", (await RunAsync("cluster", "status")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Drain_WhenThereIsNoSuchNode_SaysSo()
    {
        var ran = await RunAsync("cluster", "drain", "node-b");

        Assert.Equal((ExitCode.Failed, "There is no node node-b. `leadgrains cluster status` lists them."), (ran.ExitCode, ran.Error.Trim()));
    }

    [Theory]
    [InlineData("leads", ExitCode.BadUsage, "--store wants an address")]
    [InlineData("Host=127.0.0.1;Port=1;Database=x;Username=x", ExitCode.Failed, "does not answer")]
    public async Task Status_WhenTheAddressLeadsNowhere_SaysSo(string address, int exitCode, string said)
    {
        var ran = await CommandRun.OfAsync(Token, "cluster", "status", "--store", address);

        Assert.Equal(exitCode, ran.ExitCode);
        Assert.Contains(said, ran.Error, StringComparison.Ordinal);
    }

    private PostgresMembership Node(string name) =>
        new(_address, new NodeIdentity(name, Guid.Empty, "127.0.0.1:7171"), TimeSpan.FromSeconds(60), TimeProvider.System);

    private Task<CommandRun> RunAsync(params string[] arguments) => CommandRun.OfAsync(Token, [.. arguments, "--store", _address]);
}
