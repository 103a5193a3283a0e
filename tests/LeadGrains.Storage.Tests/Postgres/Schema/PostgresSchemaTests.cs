using LeadGrains.Grains.Storage;
using LeadGrains.Storage.Postgres;
using LeadGrains.Storage.Tests.Support;

namespace LeadGrains.Storage.Tests.Postgres.Schema;

public sealed class PostgresSchemaTests(PostgresFixture postgres)
{
    [Fact]
    public async Task Open_WhenNew_MakesAStoreOfTheUsualSize()
    {
        var address = await postgres.NewDatabaseAsync();
        await using var store = await PostgresStores.OpenAsync(address, partitions: null);
        Assert.Equal(64, store.Journal.PartitionCount);
        Assert.Equal(64, store.Grains.PartitionCount);
        Assert.Equal("0001_initial.sql;0002_nodes.sql;0003_registry.sql;0004_entries.sql", await PostgresFixture.QueryAsync(address, "SELECT string_agg(name, ';' ORDER BY number) FROM leadgrains.schema_steps"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Open_WhenManyStartTogether_MakesOneStore(bool throughPooler)
    {
        var address = await postgres.NewDatabaseAsync();
        if (throughPooler)
            address = await postgres.ThroughPoolerAsync(address);
        var ownership = new FixedOwnership(8, 0);
        var stores = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => PostgresStores.OpenAsync(address, 8, ownership))));
        Assert.Equal(1L, await PostgresFixture.QueryAsync(address, "SELECT count(*) FROM leadgrains.store"));
        foreach (var store in stores)
            await store.DisposeAsync();
    }

    [Fact]
    public async Task Open_WhenTheSchemaIsNewer_IsRefusedAndChangesNothing()
    {
        var address = await postgres.NewDatabaseAsync();
        await (await PostgresStores.OpenAsync(address)).DisposeAsync();
        await PostgresFixture.QueryAsync(address, "INSERT INTO leadgrains.schema_steps (number, name) VALUES (99, 'later')");
        var refused = await Assert.ThrowsAsync<StoreUnusableException>(() => PostgresStores.OpenAsync(address));
        Assert.Contains("has schema version 99, and this program knows versions up to 4. Run the newer program.", refused.Message, StringComparison.Ordinal);
        Assert.Equal(1L, await PostgresFixture.QueryAsync(address, "SELECT max(epoch) FROM leadgrains.partitions"));
    }

    [Fact]
    public async Task Open_WhenTheSchemaIsOlderAndInUse_IsRefusedBeforeItChangesAnything()
    {
        var address = await postgres.NewDatabaseAsync();
        await using (await PostgresStores.OpenAsync(address))
        {
            await PostgresFixture.QueryAsync(address, "DROP TABLE leadgrains.registry_documents, leadgrains.registry_counter, leadgrains.nodes; DELETE FROM leadgrains.schema_steps WHERE number > 1");
            var refused = await Assert.ThrowsAsync<StoreUnusableException>(() => PostgresStores.OpenAsync(address));
            Assert.Contains("is in use by the tests", refused.Message, StringComparison.Ordinal);
            await Assert.ThrowsAsync<StoreUnusableException>(() => PostgresStores.OpenAsync(address, 8, new FixedOwnership(8, 1)));
            Assert.Equal(1L, await PostgresFixture.QueryAsync(address, "SELECT count(*) FROM leadgrains.schema_steps"));
        }

        await (await PostgresStores.OpenAsync(address)).DisposeAsync();
        Assert.Equal(0L, await PostgresFixture.QueryAsync(address, "SELECT count(*) FROM leadgrains.nodes"));
    }

    [Fact]
    public async Task Open_WhenAnotherPartitionCountIsAskedFor_IsRefusedAndNamesBoth()
    {
        var address = await postgres.NewDatabaseAsync();
        await (await PostgresStores.OpenAsync(address, 8)).DisposeAsync();
        var refused = await Assert.ThrowsAsync<StoreUnusableException>(() => PostgresStores.OpenAsync(address, 16));
        Assert.Contains("has 8 partitions, and 16 were asked for", refused.Message, StringComparison.Ordinal);
        await (await PostgresStores.OpenAsync(address, partitions: null)).DisposeAsync();
    }

    [Fact]
    public async Task Open_WhenTheEncodingIsAnother_IsRefused()
    {
        var address = await postgres.NewDatabaseAsync("SQL_ASCII");
        var refused = await Assert.ThrowsAsync<StoreUnusableException>(() => PostgresStores.OpenAsync(address));
        Assert.Contains("is encoded in SQL_ASCII", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Host=127.0.0.1;Port=1;Database=x;Username=x", "Start the server, or correct Host and Port.")]
    [InlineData("Hoost=127.0.0.1", "cannot be read")]
    [InlineData("Host=127.0.0.1;Database=x;Password=ab;secret=ef", "Password='a;b'")]
    [InlineData("leads", "cannot be read")]
    [InlineData("Host=127.0.0.1;Username=x", "names at least its Host and Database")]
    [InlineData("Host=127.0.0.1;Database=x;Maximum Pool Size=4", "at least 9 connections")]
    public async Task Open_WhenTheAddressLeadsNowhere_SaysWhatToDo(string address, string advice)
    {
        var refused = await Assert.ThrowsAsync<StoreUnusableException>(() => PostgresStores.OpenAsync(address));
        Assert.Contains(advice, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", refused.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(";Database=missing", "createdb")]
    [InlineData(";Password=wrong-one", "PGPASSWORD")]
    [InlineData(";Username=poor;Password=p", "GRANT CREATE ON DATABASE")]
    public async Task Open_WhenTheServerRefuses_SaysWhatToDoAndTellsNoPassword(string change, string advice)
    {
        var address = await postgres.NewDatabaseAsync();
        await PostgresFixture.QueryAsync(address, "DROP ROLE IF EXISTS poor; CREATE ROLE poor LOGIN PASSWORD 'p'");
        var refused = await Assert.ThrowsAsync<StoreUnusableException>(() => PostgresStores.OpenAsync(address + change));
        Assert.Contains(advice, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong-one", refused.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_WhenOptionsAreOutOfRange_IsRefused()
    {
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => PostgresStores.OpenAsync("Host=h;Database=d", partitions: 0));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => PostgresStore.OpenAsync(
            PostgresStores.Options("Host=h;Database=d") with { Lease = TimeSpan.FromMilliseconds(10) }, TestContext.Current.CancellationToken));
    }
}
