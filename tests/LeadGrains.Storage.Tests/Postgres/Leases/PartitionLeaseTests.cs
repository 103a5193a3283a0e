using LeadGrains.Grains.Storage;
using LeadGrains.Storage.Postgres;
using LeadGrains.Storage.Tests.Support;

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

    private static Task<PostgresStore> OpenAsync(string address, string owner) =>
        PostgresStore.OpenAsync(PostgresStores.Options(address) with { Owner = owner }, Token);

    private static async Task<DateTime> EndAsync(string address) =>
        (DateTime)(await PostgresFixture.QueryAsync(address, "SELECT min(expires_at) FROM leadgrains.partitions"))!;
}
