using LeadGrains.Grains;
using LeadGrains.Grains.Storage;
using LeadGrains.Scoring;
using LeadGrains.Storage.Embedded.Sqlite;
using LeadGrains.Storage.Tests.Contract;
using LeadGrains.Storage.Tests.Support;
using Microsoft.Data.Sqlite;

namespace LeadGrains.Storage.Tests.Embedded.Sqlite;

/// <summary>The grain store in SQLite keeps every promise of a grain store, and shows people what they look for.</summary>
public sealed class SqliteGrainStoreTests : GrainStoreContract
{
    private static readonly StoreOpening Opening = new(new StoreIdentity(new Guid(1, 2, 3, [4, 5, 6, 7, 8, 9, 10, 11]), PartitionCount));
    private readonly TestFolder _folder = new();

    private string DatabasePath => _folder.In("grains.db");

    [Fact]
    public async Task Open_WhenItExists_KeepsItsIdentity()
    {
        await Store.DisposeAsync();
        await using var store = SqliteGrainStore.Open(DatabasePath, new StoreOpening(new StoreIdentity(Guid.Empty, 99)));
        Assert.Equal(Opening.Created, store.Identity);
    }

    [Fact]
    public async Task Open_WhenTheSchemaIsNewer_IsRefused()
    {
        await Store.DisposeAsync();
        Query("PRAGMA user_version = 99");
        var refused = Assert.Throws<StoreUnusableException>(() => SqliteGrainStore.Open(DatabasePath, Opening));
        Assert.Contains("schema version 99", refused.Message, StringComparison.Ordinal);
        Assert.Contains(DatabasePath, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_WhenItIsOfBeforeActivationsWereKept_TakesThemFromThePublications()
    {
        var model = new StoredModel(1, new byte[] { 9 }, "name: first", "me", new Instant(5), "why");
        await Store.ActivateAsync(new ModelActivation { Active = new ActiveModel(1, new long[PartitionCount]), Added = model }, TestContext.Current.CancellationToken);
        await Store.DisposeAsync();
        foreach (var column in new[] { "activated_by", "activated_at_ticks", "activation_comment" })
            Query($"ALTER TABLE models DROP COLUMN {column}");
        Query("PRAGMA user_version = 2");

        await using var store = SqliteGrainStore.Open(DatabasePath, Opening);
        Assert.Equal(new ActivationNote("me", new Instant(5), "why"), Assert.Single(await store.ReadModelsAsync(TestContext.Current.CancellationToken)).Activated);
    }

    [Fact]
    public void Open_WhenItIsAnotherDatabase_IsRefused()
    {
        var path = _folder.In("other.db");
        using (var other = new SqliteConnection($"Data Source={path};Pooling=False"))
        {
            other.Open();
            using var create = other.CreateCommand();
            create.CommandText = "CREATE TABLE customers (id INTEGER)";
            create.ExecuteNonQuery();
        }

        Assert.Contains("not a grain store", Assert.Throws<StoreUnusableException>(() => SqliteGrainStore.Open(path, Opening)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_WhenItIsNoDatabase_IsRefused()
    {
        var path = _folder.In("text.db");
        await File.WriteAllTextAsync(path, new string('x', 10_000), TestContext.Current.CancellationToken);
        Assert.Throws<StoreUnusableException>(() => SqliteGrainStore.Open(path, Opening));
    }

    [Fact]
    public async Task Views_WhenQueried_ShowContactsAndAccounts()
    {
        await Grains.WriteAsync(Row("ann", version: 2), Row("acme.com", version: 4, kind: GrainKind.Account));
        Assert.Equal(
            "default|ann|acme.com|12.0|20.0|30.5|stage 2|{\"v\":2}|2023-11-14T22:13:20.000Z|3|2",
            Query("SELECT workspace, id, account_id, fit, intent, intent_points, stage, traits, updated_at, model_version, version FROM contacts"));
        Assert.Equal("acme.com|name of acme.com|14.0", Query("SELECT id, name, fit FROM accounts"));
        Assert.Equal("ann", Query("SELECT id FROM contacts WHERE traits ->> 'v' = 2"));
    }

    // BI tools rely on them: columns are only ever added, at the end.
    [Fact]
    public void Views_WhenTheirColumnsAreAsked_HaveThoseThatAreDocumented()
    {
        Assert.Equal(
            "workspace id account_id fit intent intent_points stage traits updated_at model_version partition version",
            Query("SELECT group_concat(name, ' ') FROM pragma_table_info('contacts')"));
        Assert.Equal(
            "workspace id name fit intent intent_points stage traits updated_at model_version partition version",
            Query("SELECT group_concat(name, ' ') FROM pragma_table_info('accounts')"));
    }

    [Fact]
    public async Task Views_WhenSummariesAreRefreshed_ShowThem()
    {
        await Grains.WriteAsync(Row("acme.com", version: 4, kind: GrainKind.Account));
        await RefreshAsync("acme.com");
        await RefreshAsync("globex.com");
        Assert.Equal(
            "acme.com|Refreshed|1.0|2.0|3.0|stage 4|{\"v\":4};globex.com|Refreshed|1.0|2.0|3.0|won|{}",
            Query("SELECT id, name, fit, intent, intent_points, stage, traits FROM accounts ORDER BY id"));
    }

    protected override ValueTask<IGrainStore> OpenAsync() =>
        ValueTask.FromResult<IGrainStore>(SqliteGrainStore.Open(DatabasePath, Opening));

    protected override ValueTask CleanUpAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    // Rows by ";", columns by "|".
    private string Query(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={DatabasePath};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
            rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(reader.GetString)));
        return string.Join(';', rows);
    }
}
