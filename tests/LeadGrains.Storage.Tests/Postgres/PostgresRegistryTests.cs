using LeadGrains.Grains.Storage;
using LeadGrains.Storage.Postgres;
using LeadGrains.Storage.Tests.Contract;
using LeadGrains.Storage.Tests.Support;

namespace LeadGrains.Storage.Tests.Postgres;

/// <summary>The registry in PostgreSQL keeps a registry's promises.</summary>
public sealed class PostgresRegistryTests(PostgresFixture postgres) : PostgresRegistryContract
{
    [Fact]
    public async Task Open_WhenTheSchemaIsOlder_SaysWhoBringsItUpToDate()
    {
        var address = await postgres.NewDatabaseAsync();
        await (await PostgresStores.OpenAsync(address)).DisposeAsync();
        await PostgresFixture.QueryAsync(address, "DELETE FROM leadgrains.schema_steps WHERE number > 2; DROP TABLE leadgrains.registry_documents, leadgrains.registry_counter");
        var refused = await Assert.ThrowsAsync<StoreUnusableException>(() => OpenAsync(address));
        Assert.Contains("leadgrains serve", refused.Message, StringComparison.Ordinal);
        await (await PostgresStores.OpenAsync(address)).DisposeAsync();
        await (await OpenAsync(address)).DisposeAsync();
    }

    [Fact]
    public async Task Open_WhileAServerHasThePartitions_IsBesideIt()
    {
        var address = await postgres.NewDatabaseAsync();
        await using var store = await PostgresStores.OpenAsync(address);
        await using var registry = await OpenAsync(address);
        var revision = await registry.WriteAsync("keys", "a", "one"u8.ToArray(), 0, Token);
        Assert.Equal(revision, (await store.Registry.FindAsync("keys", "a", Token))!.Revision);
    }

    protected override Task<string> NewAddressAsync() => postgres.NewDatabaseAsync();
}

/// <summary>The same through a pooler, which gives each transaction another session.</summary>
public sealed class PooledRegistryTests(PostgresFixture postgres) : PostgresRegistryContract
{
    protected override async Task<string> NewAddressAsync() => await postgres.ThroughPoolerAsync(await postgres.NewDatabaseAsync());
}

public abstract class PostgresRegistryContract : RegistryContract
{
    private string? _address;

    protected static async Task<IRegistry> OpenAsync(string address) => await PostgresRegistry.OpenAsync(
        address, new Guid(1, 2, 3, [4, 5, 6, 7, 8, 9, 10, 11]), partitionCount: 8, TimeProvider.System, Token);

    protected override async Task<IRegistry> OpenAsync() => await OpenAsync(_address ??= await NewAddressAsync());

    protected override async Task<IRegistry?> OpenAnotherAsync() => await OpenAsync(_address!);

    protected abstract Task<string> NewAddressAsync();
}
