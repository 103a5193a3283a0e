using LeadGrains.Grains;
using LeadGrains.Grains.Storage;
using LeadGrains.Storage.Postgres;
using LeadGrains.Storage.Tests.Contract;
using LeadGrains.Storage.Tests.Support;

namespace LeadGrains.Storage.Tests.Postgres.Tables;

/// <summary>The grain store in PostgreSQL keeps every promise of a grain store, and shows people what they look for.</summary>
public sealed class PostgresGrainStoreTests(PostgresFixture postgres) : PostgresGrainStoreContract
{
    protected override Task<string> NewAddressAsync() => postgres.NewDatabaseAsync();
}

/// <summary>The same through a pooler, which gives each transaction another session.</summary>
public sealed class PooledGrainStoreTests(PostgresFixture postgres) : PostgresGrainStoreContract
{
    protected override async Task<string> NewAddressAsync() => await postgres.ThroughPoolerAsync(await postgres.NewDatabaseAsync());
}

public abstract class PostgresGrainStoreContract : GrainStoreContract
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private PostgresStore? _store;
    private string? _address;

    [Fact]
    public async Task Views_WhenQueried_ShowContactsAndAccounts()
    {
        await Grains.WriteAsync(Row("ann", version: 2), Row("acme.com", version: 4, kind: GrainKind.Account));
        Assert.Equal(
            "default|ann|acme.com|12|20|30.5|stage 2|{\"v\":2}|2023-11-14 22:13:20|3|2",
            await QueryAsync("SELECT concat_ws('|', workspace, id, account_id, fit, intent, intent_points, stage, traits, updated_at AT TIME ZONE 'UTC', model_version, version) FROM leadgrains.contacts"));
        Assert.Equal("acme.com|name of acme.com|14", await QueryAsync("SELECT concat_ws('|', id, name, fit) FROM leadgrains.accounts"));
        Assert.Equal("ann", await QueryAsync("SELECT id FROM leadgrains.contacts WHERE traits ->> 'v' = '2'"));
    }

    // BI tools rely on them: columns are only ever added, at the end.
    [Theory]
    [InlineData("contacts", "workspace id account_id fit intent intent_points stage traits updated_at model_version partition version")]
    [InlineData("accounts", "workspace id name fit intent intent_points stage traits updated_at model_version partition version")]
    public async Task Views_WhenTheirColumnsAreAsked_HaveThoseThatAreDocumented(string view, string columns) => Assert.Equal(
        columns,
        await QueryAsync($"SELECT string_agg(column_name, ' ' ORDER BY ordinal_position) FROM information_schema.columns WHERE table_schema = 'leadgrains' AND table_name = '{view}'"));

    [Fact]
    public async Task Views_WhenSummariesAreRefreshed_ShowThem()
    {
        await Grains.WriteAsync(Row("acme.com", version: 4, kind: GrainKind.Account));
        await RefreshAsync("acme.com");
        await RefreshAsync("globex.com");
        Assert.Equal(
            "acme.com|Refreshed|1|2|3|stage 4|{\"v\":4};globex.com|Refreshed|1|2|3|won|{}",
            await QueryAsync("SELECT string_agg(concat_ws('|', id, name, fit, intent, intent_points, stage, traits), ';' ORDER BY id) FROM leadgrains.accounts"));
    }

    [Fact]
    public async Task Views_WhenAnotherGenerationIsActivated_ShowThatOne()
    {
        await Grains.WriteAsync(Row("before"));
        var next = await Store.BeginGenerationAsync(Token);
        await next.WriteAsync(Row("after"));
        Assert.Equal("before", await QueryAsync("SELECT string_agg(id, ';') FROM leadgrains.contacts"));
        await Store.ActivateAsync(new ModelActivation { Active = new ActiveModel(1, new long[PartitionCount]), Generation = next }, Token);
        Assert.Equal("after", await QueryAsync("SELECT string_agg(id, ';') FROM leadgrains.contacts"));
    }

    [Fact]
    public async Task Views_WhenTraitsHoldWhatPostgresCannot_ShowTheOthers()
    {
        var row = Row("ann");
        await Grains.WriteAsync(row with { Summary = row.Summary with { Name = "a\0b", TraitsJson = """{"title":"a\u0000b","region":"EMEA"}""" } });
        Assert.Equal("EMEA", await QueryAsync("SELECT traits ->> 'region' FROM leadgrains.contacts WHERE traits ->> 'title' LIKE 'a%b'"));
    }

    [Fact]
    public async Task Drop_WhenSomebodyReadsTheViews_WaitsForThem()
    {
        var next = await Store.BeginGenerationAsync(Token);
        await next.WriteAsync(Row("a"));
        await using var reader = new Npgsql.NpgsqlConnection(_address + ";Pooling=false");
        await reader.OpenAsync(Token);
        var transaction = await reader.BeginTransactionAsync(Token);
        await using (var query = new Npgsql.NpgsqlCommand("SELECT count(*) FROM leadgrains.contacts", reader))
            await query.ExecuteScalarAsync(Token);

        var drop = Store.DropAsync(next, Token);
        await Task.Delay(TimeSpan.FromMilliseconds(700), Token);
        Assert.False(drop.IsCompleted);
        Assert.Equal(0L, await QueryAsync("SELECT count(*) FROM leadgrains.accounts"));
        await transaction.RollbackAsync(Token);
        await drop;
        Assert.Equal("grains_1", await QueryAsync("SELECT string_agg(relname, ';') FROM pg_class WHERE relname LIKE 'grains\\__' AND relkind = 'r'"));
    }

    [Fact]
    public async Task Drop_WhenAnActivationWasCommittedThoughNobodyHeard_IsRefusedAndDropsNothing()
    {
        var next = await Store.BeginGenerationAsync(Token);
        await next.WriteAsync(Row("a"));
        await QueryAsync("UPDATE leadgrains.active SET generation = 2");

        await Assert.ThrowsAsync<InvalidOperationException>(() => Store.DropAsync(next, Token));

        Assert.NotNull(await next.ReadAsync(Row("a").Key));
        Assert.Equal("1;2", await QueryAsync("SELECT string_agg(number::text, ';' ORDER BY number) FROM leadgrains.generations"));
    }

    [Fact]
    public async Task DropAbandoned_WhenAProcessLeftAGeneration_DropsItsTablesAndNoOthers()
    {
        await Store.BeginGenerationAsync(Token);
        await ReopenAsync();
        var mine = await Store.BeginGenerationAsync(Token);
        await Store.DropAbandonedAsync(Token);
        await mine.WriteAsync(Row("a"));
        Assert.Equal("1;3", await QueryAsync("SELECT string_agg(number::text, ';' ORDER BY number) FROM leadgrains.generations"));
        Assert.NotNull(await mine.ReadAsync(Row("a").Key));
    }

    protected override async ValueTask<IGrainStore> OpenAsync()
    {
        if (_store is not null)
            await _store.DisposeAsync();
        _address ??= await NewAddressAsync();
        _store = await PostgresStores.OpenUnderFirstEpochAsync(_address, PartitionCount);
        return _store.Grains;
    }

    protected abstract Task<string> NewAddressAsync();

    protected override async ValueTask CleanUpAsync()
    {
        if (_store is not null)
            await _store.DisposeAsync();
    }

    private Task<object?> QueryAsync(string sql) => PostgresFixture.QueryAsync(_address!, sql);
}
