using LeadGrains.Grains;
using LeadGrains.Grains.Erasing;
using LeadGrains.Grains.Storage;
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

    // What is written in this order once is neighbours for good, and a round through all changes each page once.
    [Fact]
    public async Task ReadResidents_WhenRowsWereWrittenInAnOrder_GivesThemInIt()
    {
        var rows = Enumerable.Range(0, 400).Select(i => Row($"p{i * 7919 % 400}", version: i + 1)).ToArray();
        foreach (var chunk in rows.Chunk(50))
            await Grains.WriteAsync(chunk);
        await Grains.WriteAsync(Row("p0", version: 900));
        await ReopenAsync();
        var read = new List<string>();
        foreach (var row in Grains.ReadResidents(0, PartitionCount - 1, TestContext.Current.CancellationToken))
            read.Add(row.Key.Id);
        Assert.Equal(rows.OrderBy(row => row.Partition).Select(row => row.Key.Id), read);
    }

    [Fact]
    public async Task Write_WhenTheRowAtItsPlaceWasErased_WritesItAnew()
    {
        var row = Row("a");
        await Grains.WriteAsync(row);
        await ((SqliteGrainStore)Store).EraseAsync([new ErasedId(row.Key, new Tombstone(1))], TestContext.Current.CancellationToken);
        var others = Enumerable.Range(0, 100).Select(i => Row($"p{i}")).ToArray();
        await Grains.WriteAsync(others);
        await Grains.WriteAsync(row);
        var read = await Grains.ReadAsync([row.Key, .. others.Select(other => other.Key)], TestContext.Current.CancellationToken);
        Assert.All(read, Assert.NotNull);
        Assert.Equal(101, read.Select(found => found!.Place).Distinct().Count());
    }

    [Fact]
    public async Task Erase_WhenARowIsOfALaterVersionThanGoes_LeavesIt()
    {
        var (gone, returned) = (Row("gone", version: 7), Row("returned", version: 8));
        await Grains.WriteAsync(gone, returned);
        ErasedId[] ids = [.. new[] { gone, returned }.Select(row => new ErasedId(row.Key, Tombstone: null, Through: 7))];
        Assert.Equal(1, await ((SqliteGrainStore)Store).EraseAsync(ids, TestContext.Current.CancellationToken));
        var read = await Grains.ReadAsync([gone.Key, returned.Key], TestContext.Current.CancellationToken);
        Assert.Null(read[0]);
        Assert.Equal(8, read[1]!.Version);
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
