using LeadGrains.Grains;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Storage;
using LeadGrains.Scoring;
using LeadGrains.Storage.Copying;
using LeadGrains.Storage.Embedded;
using LeadGrains.Storage.Postgres;
using LeadGrains.Storage.Tests.Support;

namespace LeadGrains.Storage.Tests.Copying;

/// <summary>Copies between a folder and a database, in both directions, and what breaks them off.</summary>
public sealed class StoreCopyTests(PostgresFixture postgres) : IDisposable
{
    private const int Partitions = 8;
    private static readonly StoredModel First = new(1, new byte[] { 9 }, "name: 'first'\0", "me", new Instant(5), "why");
    private static readonly StoredModel Second = new(2, new byte[] { 1, 2 }, "name: second\n", "", new Instant(7), "") { Activated = new ActivationNote("ann", new Instant(99), "back") };
    private static readonly StoredModel Third = new(3, new byte[] { 3 }, "name: third\n", "", new Instant(8), "");

    private readonly TestFolder _folder = new();
    private int _stores;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Run_WhenThereAndBack_GivesTheSameStoreOfAnotherIdentity()
    {
        var address = await postgres.NewDatabaseAsync();
        Guid first;
        await using (var folder = await FolderAsync("a"))
        {
            first = folder.Id;
            await FillAsync(PartsOf(folder));
            await using var database = await DatabaseAsync(address, folder.Id);
            AssertWhole(await CopyAsync(PartsOf(folder), PartsOf(database), database.Ownership));
            await database.FinishCopyAsync(Token);
            Assert.NotEqual(folder.Id, database.Id);
        }

        await using var served = await PostgresStore.OpenAsync(PostgresStores.Options(address, partitions: null), Token);
        await AssertFilledAsync(PartsOf(served));
        await using (var back = await FolderAsync("b", served.Id))
        {
            AssertWhole(await CopyAsync(PartsOf(served), PartsOf(back), new FixedOwnership(Partitions, 1)));
            await back.FinishCopyAsync(Token);
            Assert.NotEqual(first, back.Id);
        }

        await using var last = await FolderAsync("b");
        await AssertFilledAsync(PartsOf(last));
        Assert.Equal(5, last.Journal.LastSequence(2));
    }

    [Fact]
    public async Task Run_WhenBrokenOffAnywhere_GoesOnWhereAskedAgain()
    {
        await using var source = await FolderAsync("a");
        await FillAsync(PartsOf(source));
        foreach (var step in new[] { CopyStep.Journal, CopyStep.Grains, CopyStep.CheckingGrains })
        {
            var address = await postgres.NewDatabaseAsync();
            await using (var broken = await DatabaseAsync(address, source.Id))
            {
                using var breaking = CancellationTokenSource.CreateLinkedTokenSource(Token);
                await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new StoreCopy(
                    PartsOf(source), PartsOf(broken), broken.Ownership.Owned, progress => CancelAt(step, progress, breaking)).RunAsync(breaking.Token));
            }

            var refused = await Assert.ThrowsAsync<StoreUnusableException>(() => PostgresStores.OpenAsync(address, partitions: null));
            Assert.Contains("holds a copy that has not come to its end. Give the same `leadgrains store copy` again", refused.Message, StringComparison.Ordinal);
            await using (var again = await DatabaseAsync(address, source.Id))
            {
                AssertWhole(await CopyAsync(PartsOf(source), PartsOf(again), again.Ownership));
                await again.FinishCopyAsync(Token);
            }

            await using var served = await PostgresStores.OpenAsync(address, partitions: null);
            await AssertFilledAsync(PartsOf(served));
            Assert.Equal(1L, await PostgresFixture.QueryAsync(address, "SELECT count(*) FROM leadgrains.generations"));
        }
    }

    [Fact]
    public async Task Run_WhenTheSourceWasServedMeanwhile_TakesWhatHasCome()
    {
        await using var source = await FolderAsync("a");
        await FillAsync(PartsOf(source));
        await using var target = await FolderAsync("b", source.Id);
        AssertWhole(await CopyAsync(PartsOf(source), PartsOf(target), new FixedOwnership(Partitions, 1)));

        await source.Journal.AppendAsync(Blocks.Of(2, 9, 3));
        var next = await source.Grains.BeginGenerationAsync(Token);
        await next.WriteAsync(Rows.Of("only one", Partitions, version: 11));
        await source.Grains.ActivateAsync(
            new ModelActivation { Active = new ActiveModel(3, [.. Enumerable.Range(1, Partitions).Select(i => (long)i)]), Added = Third, Generation = next }, Token);
        await source.Grains.ActivateAsync(
            new ModelActivation { Active = new ActiveModel(1, new long[Partitions]), Again = new ActivationNote("eve", new Instant(100), "back again") }, Token);

        await source.Registry.WriteAsync("audit", "00000", body: null, expectedRevision: null, Token);
        var report = await CopyAsync(PartsOf(source), PartsOf(target), new FixedOwnership(Partitions, 1));
        AssertWhole(report);
        Assert.Null(await target.Registry.FindAsync("audit", "00000", Token));
        Assert.Equal((1, 3), (report.Grains, report.Models));
        Assert.Equal(11, target.Journal.LastSequence(2));
    }

    [Fact]
    public async Task Run_WhenSomethingWasChangedInTheCopy_NamesIt()
    {
        await using var source = await FolderAsync("a");
        await FillAsync(PartsOf(source));
        await using var target = await FolderAsync("b", source.Id);
        await CopyAsync(PartsOf(source), PartsOf(target), new FixedOwnership(Partitions, 1));

        var changed = Rows.Of("person-3", Partitions, version: 40);
        await target.Grains.Active.WriteAsync(changed with { Version = 4, Resident = changed.State }, Rows.Of("stranger", Partitions));
        await target.Grains.Active.SaveCheckpointAsync(6, 1, 77, Token);
        await target.Journal.AppendAsync(Blocks.Of(5, 1));
        await target.Registry.WriteAsync("keys", "kept", "other"u8.ToArray(), expectedRevision: null, Token);
        await target.Registry.WriteAsync("webhooks", "stranger", "other"u8.ToArray(), expectedRevision: null, Token);
        var report = await new StoreComparison(PartsOf(source), PartsOf(target), _ => { }).RunAsync(Token);

        Assert.Contains("The checkpoint of partition 6 is 0 in the source and 77 in the copy.", report.Differences);
        Assert.Contains($"{changed.Key} has another state in the copy.", report.Differences);
        Assert.Contains($"{Rows.Of("stranger", Partitions).Key} is in the copy alone.", report.Differences);
        Assert.Single(report.Differences, difference => difference.StartsWith("The journal of partition 5 is 0 entries up to 0", StringComparison.Ordinal));
        Assert.Contains("The document kept of keys is another in the copy.", report.Differences);
        Assert.Contains("The document stranger of webhooks is another in the copy.", report.Differences);
        Assert.Equal(6, report.Differences.Count);
    }

    [Fact]
    public async Task Open_WhenTheTargetIsNoCopyOfTheSource_IsRefusedAndSaysWhatToDo()
    {
        var address = await postgres.NewDatabaseAsync();
        await (await PostgresStores.OpenAsync(address)).DisposeAsync();
        await (await FolderAsync("a")).DisposeAsync();
        await (await FolderAsync("b", new Guid(7, 7, 7, new byte[8]))).DisposeAsync();

        Assert.Contains("holds a store already", await RefusalAsync(() => DatabaseAsync(address, Guid.Empty)), StringComparison.Ordinal);
        Assert.Contains("DROP SCHEMA leadgrains CASCADE", await RefusalAsync(() => DatabaseAsync(address, Guid.Empty)), StringComparison.Ordinal);
        Assert.Contains("holds a store already", await RefusalAsync(() => FolderAsync("a", Guid.Empty)), StringComparison.Ordinal);
        Assert.Contains("unfinished copy of another store", await RefusalAsync(() => FolderAsync("b", Guid.Empty)), StringComparison.Ordinal);
        Assert.Contains("has not come to its end", await RefusalAsync(() => FolderAsync("b")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_WhenThereMustBeAStore_CreatesNone()
    {
        var address = await postgres.NewDatabaseAsync();
        await RefusalAsync(() => PostgresStore.OpenAsync(PostgresStores.Options(address) with { MustExist = true }, Token));
        Assert.Equal(0L, await PostgresFixture.QueryAsync(address, "SELECT count(*) FROM pg_namespace WHERE nspname = 'leadgrains'"));
        Assert.Contains("holds no store", await RefusalAsync(() => FolderAsync("none", mustExist: true)), StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.In("none")));
    }

    private static void CancelAt(CopyStep step, CopyProgress progress, CancellationTokenSource breaking)
    {
        if (progress.Step == step)
            breaking.Cancel();
    }

    private static void AssertWhole(CopyReport report) => Assert.Empty(report.Differences);

    private static async Task<string> RefusalAsync<T>(Func<Task<T>> open) => (await Assert.ThrowsAsync<StoreUnusableException>(open)).Message;

    private static StoreParts PartsOf(EmbeddedStore store) => new(store.Journal, store.Grains, store.Registry);

    private static StoreParts PartsOf(PostgresStore store) => new(store.Journal, store.Grains, store.Registry);

    private static Task<CopyReport> CopyAsync(StoreParts source, StoreParts target, IPartitionOwnership ownership) =>
        new StoreCopy(source, target, ownership.Owned, _ => { }).RunAsync(Token);

    private static async Task FillAsync(StoreParts store)
    {
        await store.Registry.WriteAsync("keys", "gone", "gone"u8.ToArray(), expectedRevision: 0, Token);
        await store.Registry.WriteAsync("keys", "gone", body: null, expectedRevision: null, Token);
        await store.Registry.WriteAsync("keys", "kept", "one"u8.ToArray(), expectedRevision: 0, Token);
        await store.Registry.WriteAsync("audit", "00000", "two"u8.ToArray(), expectedRevision: 0, Token);
        await store.Journal.AppendAsync(Blocks.Of(2, 1, 3), Blocks.Of(4, 10));
        await store.Journal.AppendAsync(Blocks.Of(2, 4, 2));
        await store.Grains.ActivateAsync(new ModelActivation { Active = new ActiveModel(1, new long[Partitions]), Added = First }, Token);
        var next = await store.Grains.BeginGenerationAsync(Token);
        await next.WriteAsync([.. Enumerable.Range(0, 900).Select(Person), Traits()]);
        await next.RefreshSummariesAsync(Account.Partition, 1, [Account], Token);
        await next.SaveCheckpointAsync(2, 1, 4, Token);
        await store.Grains.ActivateAsync(
            new ModelActivation { Active = new ActiveModel(2, [.. Enumerable.Range(0, Partitions).Select(i => (long)i)]), Added = Second, Generation = next }, Token);
    }

    private static GrainRow Person(int i) => Rows.Of(
        $"person-{i}", Partitions, version: i + 1, i % 4 == 0 ? GrainKind.Account : GrainKind.Contact, seen: i % 7 == 0 ? [Rows.Chunk(i, 256), Rows.Chunk(i + 1, 2)] : [], firstSeenChunk: i % 7 == 0 ? i : 0);

    private static GrainRow Traits()
    {
        var row = Rows.Of("a\0\u0001", Partitions);
        return row with { Summary = row.Summary with { Name = "n\0", TraitsJson = """{"t":"\u0000"}""" } };
    }

    private static SummaryRow Account
    {
        get
        {
            var key = new GrainKey("default", GrainKind.Account, "unknown.com");
            return new SummaryRow(key, Rows.PartitionOf(key, Partitions), new GrainSummary("Unknown", "", 1, 2, 3.5, "won", "", new Instant(99)));
        }
    }

    private static async Task AssertFilledAsync(StoreParts store)
    {
        var key = Assert.Single(await store.Registry.ReadAsync("keys", 0, 10, Token), one => one.Body is not null);
        Assert.Equal(("kept", "one"), (key.Id, System.Text.Encoding.UTF8.GetString(key.Body!.Value.Span)));
        Assert.Equal("00000", Assert.Single(await store.Registry.ReadAsync("audit", 0, 10, Token)).Id);
        Assert.Equal(Partitions, store.Grains.PartitionCount);
        Assert.Equal((6, 5, 10), (store.Journal.EntryCount, store.Journal.LastSequence(2), store.Journal.LastSequence(4)));
        Assert.Equal([First, Second], (await store.Grains.ReadModelsAsync(Token)).Select(model => model with { ContentHash = model.Version == 1 ? First.ContentHash : Second.ContentHash }));
        Assert.Equal(4, (await store.Grains.Active.ReadCheckpointsAsync(Token))[2]);
        Assert.Equal(901, store.Grains.Active.ReadResidents(0, Partitions - 1, Token).Count());
        var row = (await store.Grains.Active.ReadAsync(Person(693).Key))!;
        Assert.Equal(Convert.ToHexString(Person(693).State.Span), Convert.ToHexString(row.State.Span));
        Assert.Equal(Rows.DescribeChunks(Person(693).Seen), Rows.DescribeChunks(row.Seen));
    }

    private Task<EmbeddedStore> FolderAsync(string name, Guid? copyOf = null, bool mustExist = false) => EmbeddedStore.OpenAsync(
        new EmbeddedStoreOptions
        {
            Folder = _folder.In(name),
            NewStoreId = NewId(),
            PartitionCount = mustExist ? null : Partitions,
            SegmentBytes = 64 * 1_024,
            CopyOf = copyOf,
            MustExist = mustExist,
        },
        Token);

    private Task<PostgresStore> DatabaseAsync(string address, Guid copyOf) =>
        PostgresStore.OpenAsync(PostgresStores.Options(address, Partitions) with { CopyOf = copyOf, NewStoreId = NewId() }, Token);

    private Guid NewId() => new(++_stores, 1, 1, new byte[8]);
}
