using LeadGrains.Grains;
using LeadGrains.Grains.Storage;
using LeadGrains.Storage.Postgres;
using LeadGrains.Storage.Tests.Support;
using Npgsql;

namespace LeadGrains.Storage.Tests.Postgres.Leases;

public sealed class PartitionLeaseTests(PostgresFixture postgres)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Open_WhenAnotherProcessHoldsThePartitions_IsRefusedAndNamesIt()
    {
        var address = await postgres.NewDatabaseAsync();
        await using var first = await OpenAsync(address, "the first");
        var refused = await Assert.ThrowsAsync<StoreUnusableException>(() => OpenAsync(address, "the second"));
        Assert.Contains("is in use by the first. Stop that process", refused.Message, StringComparison.Ordinal);

        // The first one has lost nothing by it.
        await first.Journal.AppendAsync(Blocks.Of(0, 1));
    }

    [Fact]
    public async Task Open_WhenTheOneBeforeWasClosed_NeedNotWait()
    {
        var address = await postgres.NewDatabaseAsync();
        await using (var first = await PostgresStore.OpenAsync(PostgresStores.Options(address) with { Lease = TimeSpan.FromMinutes(10) }, Token))
            await first.Journal.AppendAsync(Blocks.Of(0, 1));
        await using var second = await OpenAsync(address, "the second").WaitAsync(TimeSpan.FromMinutes(1), Token);
        Assert.All(second.Ownership.Owned, owned => Assert.Equal(2, owned.Epoch));
    }

    [Fact]
    public async Task Open_WhenTheOneBeforeIsSilent_WaitsForTheEndOfItsLease()
    {
        var address = await postgres.NewDatabaseAsync();
        await (await OpenAsync(address, "the first")).DisposeAsync();
        await PostgresFixture.QueryAsync(address, "UPDATE leadgrains.partitions SET owner = 'a dead one', expires_at = clock_timestamp() + interval '2 s'");
        await using var second = await OpenAsync(address, "the second");
        Assert.True((bool)(await PostgresFixture.QueryAsync(address, "SELECT bool_and(owner = 'the second' AND expires_at > clock_timestamp()) FROM leadgrains.partitions"))!);
    }

    [Fact]
    public async Task Heartbeat_WhenTimeGoesBy_KeepsThePartitions()
    {
        var address = await postgres.NewDatabaseAsync();
        await using var store = await OpenAsync(address, "the first");
        var before = await EndAsync(address);
        await Task.Delay(TimeSpan.FromSeconds(2), Token);
        Assert.True(await EndAsync(address) > before);
        Assert.False(store.Lost.IsCompleted);
        await store.Journal.AppendAsync(Blocks.Of(0, 1));
    }

    [Fact]
    public async Task Lost_WhenAnotherOneTookAPartition_SaysSo()
    {
        var address = await postgres.NewDatabaseAsync();
        await using var store = await OpenAsync(address, "the first");
        await PostgresFixture.QueryAsync(address, "UPDATE leadgrains.partitions SET epoch = epoch + 1 WHERE partition = 5");
        Assert.IsType<StaleEpochException>(await store.Lost.WaitAsync(TimeSpan.FromSeconds(60), Token));
    }

    [Fact]
    public async Task IsHeld_WhenTheHeartbeatIsHeldUp_EndsWithTheLeaseAndComesBack()
    {
        var address = await postgres.NewDatabaseAsync();
        await using var store = await OpenAsync(address, "the first");
        Assert.True(store.Ownership.IsHeld);
        await using (var blocker = new NpgsqlConnection(address + ";Pooling=false"))
        {
            await blocker.OpenAsync(Token);
            await using var transaction = await blocker.BeginTransactionAsync(Token);
            await using var command = new NpgsqlCommand("SELECT 1 FROM leadgrains.partitions WHERE partition = 5 FOR UPDATE", blocker);
            await command.ExecuteNonQueryAsync(Token);
            await UntilAsync(() => !store.Ownership.IsHeld);
            Assert.False(store.Lost.IsCompleted);
        }

        await UntilAsync(() => store.Ownership.IsHeld);
        await PostgresFixture.QueryAsync(address, "UPDATE leadgrains.partitions SET epoch = epoch + 1 WHERE partition = 5");
        await store.Lost.WaitAsync(TimeSpan.FromSeconds(60), Token);
        Assert.False(store.Ownership.IsHeld);
    }

    [Fact]
    public async Task Dispose_WhenThePartitionsAreLostAndTheDatabaseIsAway_WaitsForNothing()
    {
        var address = await postgres.NewDatabaseAsync();
        await using var relay = new Relay(postgres.Server.Port);
        var store = await OpenAsync(new NpgsqlConnectionStringBuilder(address) { Port = relay.Port }.ConnectionString, "the first");
        await PostgresFixture.QueryAsync(address, "UPDATE leadgrains.partitions SET epoch = epoch + 1 WHERE partition = 5");
        await store.Lost.WaitAsync(TimeSpan.FromSeconds(60), Token);
        await relay.DisposeAsync();
        relay.CutAll();

        // Each would be tried again for a minute.
        var writing = store.Grains.Active.SaveCheckpointAsync(0, 1, 1, Token);
        await Assert.ThrowsAsync<PartitionUnavailableException>(() => writing.WaitAsync(TimeSpan.FromSeconds(30), Token));
        var appending = store.Journal.AppendAsync(Blocks.Of(0, 1));
        await Assert.ThrowsAnyAsync<IOException>(() => appending.WaitAsync(TimeSpan.FromSeconds(30), Token));
        await store.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30), Token);
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        while (!condition())
            await Task.Delay(20, Token);
    }

    private static Task<PostgresStore> OpenAsync(string address, string owner) =>
        PostgresStore.OpenAsync(PostgresStores.Options(address) with { Owner = owner }, Token);

    private static async Task<DateTime> EndAsync(string address) =>
        (DateTime)(await PostgresFixture.QueryAsync(address, "SELECT min(expires_at) FROM leadgrains.partitions"))!;
}
