using System.Globalization;
using System.Text;
using LeadGrains.Grains.Erasing;
using LeadGrains.Grains.Storage;
using LeadGrains.Storage.Embedded;
using LeadGrains.Storage.Embedded.Sqlite;
using LeadGrains.Storage.Tests.Support;
using Microsoft.Data.Sqlite;

namespace LeadGrains.Storage.Tests.Embedded;

public sealed class EmbeddedStoreTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private int _stores;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Open_WhenNew_MakesTheFolderAndBothParts()
    {
        await using var store = await OpenAsync(partitions: null, folder: "a/b/data");
        Assert.Equal(16, store.Journal.PartitionCount);
        Assert.Equal(16, store.Grains.PartitionCount);
        Assert.Null(store.TornTail);
        Assert.True(File.Exists(_folder.In("a/b/data/grains.db")));
        Assert.True(File.Exists(_folder.In("a/b/data/journal/0000000001.seg")));
    }

    [Fact]
    public async Task Open_WhenItExists_HoldsWhatWasWritten()
    {
        await using (var store = await OpenAsync(partitions: 8))
        {
            await store.Journal.AppendAsync(Blocks.Of(7, 1, 3));
            await store.Grains.Active.WriteAsync(Rows.Of("ann", 8));
            await store.Grains.Active.SaveCheckpointAsync(7, 1, 3, Token);
        }

        await using var again = await OpenAsync(partitions: null);
        Assert.Equal(8, again.Journal.PartitionCount);
        Assert.Equal(3, again.Journal.LastSequence(7));
        Assert.NotNull(await again.Grains.Active.ReadAsync(Rows.Of("ann", 8).Key));
        Assert.Equal(3, (await again.Grains.Active.ReadCheckpointsAsync(Token))[7]);
    }

    // SQLite leaves a copy of one in some hundreds: with this seed it does so often enough.
    [Fact]
    public async Task Search_WhenRowsHadMovedFromPageToPage_LeavesNothingOfThoseWhoWereErased()
    {
        var store = await OpenAsync(partitions: 8);
        // A file that is closed takes SQLite's locks with it.
        using var file = File.OpenHandle(_folder.In("data/grains.db"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var random = new Random(1);
        var people = Enumerable.Range(0, 70).Select(number => $"person-{number:D4}-of-many").ToArray();
        var written = new Dictionary<string, GrainRow>();
        var (erased, version, moved, found) = (0, 0, 0, 0L);
        for (; erased < 60; erased++)
        {
            foreach (var id in random.GetItems(people[erased..], 40))
                await WriteAsync(id);
            var text = Encoding.UTF8.GetBytes(people[erased]);
            await store.People.EraseRowsAsync([new ErasedId(Rows.Of(people[erased], 8).Key, Tombstone: null)], Token);
            moved += PageGaps.Find(file, [text], Token).Count;
            found += (await store.People.SearchAsync([text], Token)).Sum(place => place.Found);
        }

        foreach (var id in people[erased..])
            await WriteAsync(id);
        foreach (var id in people[erased..])
            Assert.Equal(written[id].State.ToArray(), (await store.Grains.Active.ReadAsync(written[id].Key))!.State.ToArray());
        await store.DisposeAsync();

        Assert.InRange(moved, 2, int.MaxValue);
        Assert.Equal(0, found);
        var bytes = await File.ReadAllBytesAsync(_folder.In("data/grains.db"), Token);
        Assert.DoesNotContain(people[..erased], id => bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(id)) >= 0);

        Task WriteAsync(string id)
        {
            written[id] = Rows.Of(id, 8, version: ++version, stateBytes: 40 + random.Next(1_000));
            return store.Grains.Active.WriteAsync(written[id]);
        }
    }

    [Fact]
    public async Task Search_WhenThePageIsWrittenAgain_DoesNotBringBackWhatItOverwrote()
    {
        var (path, text) = (_folder.In("data/grains.db"), "person-who-was-erased"u8.ToArray());
        await using (var store = await OpenAsync(partitions: 8))
            await store.Grains.Active.WriteAsync(Rows.Of("ann", 8));
        var bytes = await File.ReadAllBytesAsync(path, Token);
        var page = bytes.AsSpan().IndexOf("name of ann"u8) / 4096 * 4096;
        text.CopyTo(bytes, page + 1_000);
        await File.WriteAllBytesAsync(path, bytes, Token);
        await using (var store = await OpenAsync(partitions: 8))
        {
            await store.Grains.Active.WriteAsync(Rows.Of("ann", 8, version: 2));

            Assert.Equal(0, (await store.People.SearchAsync([text], Token)).Sum(place => place.Found));

            await store.Grains.Active.WriteAsync(Rows.Of("ann", 8, version: 3));
        }

        Assert.True((await File.ReadAllBytesAsync(path, Token)).AsSpan().IndexOf(text) < 0);
    }

    [Fact]
    public async Task Search_WhileSomebodyReadsOldRows_LetsNewOnesBeWritten()
    {
        await using var store = await OpenAsync(partitions: 8);
        await store.Grains.Active.WriteAsync(Rows.Of("ann", 8));
        await using var reader = new SqliteConnection($"Data Source={_folder.In("data/grains.db")};Mode=ReadOnly;Pooling=False");
        await reader.OpenAsync(Token);
        await using var reading = await reader.BeginTransactionAsync(System.Data.IsolationLevel.Serializable, Token);
        await using var look = reader.CreateCommand();
        look.CommandText = "SELECT count(*) FROM meta";
        Assert.NotNull(await look.ExecuteScalarAsync(Token));
        await store.Grains.Active.WriteAsync(Rows.Of("bob", 8));

        var searching = store.People.SearchAsync(["nobody-of-this-name"u8.ToArray()], Token);
        var written = 0;
        for (; written < 3 && !searching.IsCompleted; written++)
        {
            await store.Grains.Active.WriteAsync(Rows.Of($"carl-{written}", 8)).WaitAsync(TimeSpan.FromSeconds(60), Token);
            await Task.Delay(50, Token);
        }

        await reading.DisposeAsync();
        await reader.CloseAsync();
        Assert.Equal(3, written);
        Assert.Equal(0, (await searching).Sum(place => place.Found));
    }

    [Fact]
    public async Task Open_WhenTheFolderIsInUse_IsRefusedWithFolderAndProcess()
    {
        await using (await OpenAsync())
        {
            var refused = await Assert.ThrowsAsync<StoreUnusableException>(() => OpenAsync());
            Assert.Contains(_folder.In("data"), refused.Message, StringComparison.Ordinal);
            Assert.Contains($"process {Environment.ProcessId.ToString(CultureInfo.InvariantCulture)}", refused.Message, StringComparison.Ordinal);
        }

        await (await OpenAsync()).DisposeAsync();
    }

    [Fact]
    public async Task Open_WhenAnEarlierOneFailed_HasLetGoOfTheFolder()
    {
        await (await OpenAsync(partitions: 8)).DisposeAsync();
        await Assert.ThrowsAsync<StoreUnusableException>(() => OpenAsync(partitions: 9));
        await (await OpenAsync(partitions: 8)).DisposeAsync();
    }

    [Fact]
    public async Task Open_WhenAnotherPartitionCountIsAskedFor_IsRefusedAndNamesBoth()
    {
        await (await OpenAsync(partitions: 8)).DisposeAsync();
        var refused = await Assert.ThrowsAsync<StoreUnusableException>(() => OpenAsync(partitions: 16));
        Assert.Contains("has 8 partitions, and 16 were asked for", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_WhenTheGrainsAreMissing_IsRefused()
    {
        await (await OpenAsync()).DisposeAsync();
        File.Delete(_folder.In("data/grains.db"));
        var refused = await Assert.ThrowsAsync<StoreUnusableException>(() => OpenAsync());
        Assert.Contains("grains.db is missing", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_WhenTheJournalIsMissing_IsRefusedOnceRowsDependOnIt()
    {
        await using (var store = await OpenAsync())
        {
            await store.Journal.AppendAsync(Blocks.Of(0, 1));
            await store.Grains.Active.SaveCheckpointAsync(0, 1, 1, Token);
        }

        Directory.Delete(_folder.In("data/journal"), recursive: true);
        Assert.Contains("is missing", (await Assert.ThrowsAsync<StoreUnusableException>(() => OpenAsync())).Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.In("data/journal")));
    }

    [Fact]
    public async Task Open_WhenTheJournalEndsBeforeTheGrains_IsRefused()
    {
        await using (var store = await OpenAsync())
        {
            await store.Journal.AppendAsync(Blocks.Of(3, 1));
            await store.Grains.Active.SaveCheckpointAsync(3, 1, 2, Token);
        }

        var refused = await Assert.ThrowsAsync<StoreUnusableException>(() => OpenAsync());
        Assert.Contains("partition 3 has entries up to 1", refused.Message, StringComparison.Ordinal);
        Assert.Contains("up to 2", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_WhenThePartsAreOfDifferentStores_IsRefused()
    {
        await (await OpenAsync()).DisposeAsync();
        await (await OpenAsync(folder: "other")).DisposeAsync();
        File.Delete(_folder.In("data/grains.db"));
        File.Copy(_folder.In("other/grains.db"), _folder.In("data/grains.db"));
        var refused = await Assert.ThrowsAsync<StoreUnusableException>(() => OpenAsync());
        Assert.Contains("same backup", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_WhenTheTailIsTorn_SaysWhatWasCut()
    {
        await using (var store = await OpenAsync())
            await store.Journal.AppendAsync(Blocks.Of(0, 1));
        JournalFolder.ChangeFile(_folder.In("data/journal/0000000001.seg"), bytes =>
        {
            bytes[80] ^= 1;
            return bytes;
        });
        await using var again = await OpenAsync();
        Assert.Equal(new TornTail(1, 1, 64), again.TornTail);
        Assert.Equal(0, again.Journal.EntryCount);
    }

    [Theory]
    [InlineData(0, 8_192)]
    [InlineData(4_097, 8_192)]
    [InlineData(8, 4_095)]
    [InlineData(8, (1L << 30) + 1)]
    public async Task Open_WhenOptionsAreOutOfRange_IsRefused(int partitions, long segmentBytes) =>
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => OpenAsync(partitions, segmentBytes: segmentBytes));

    [Fact]
    public async Task Open_WhenTheFolderCannotBeMade_IsRefused()
    {
        await File.WriteAllTextAsync(_folder.In("file"), "", Token);
        await Assert.ThrowsAsync<StoreUnusableException>(() => OpenAsync(folder: "file/data"));
    }

    private Task<EmbeddedStore> OpenAsync(int? partitions = 8, string folder = "data", long segmentBytes = 1 << 20) => EmbeddedStore.OpenAsync(
        new EmbeddedStoreOptions
        {
            Folder = _folder.In(folder),
            NewStoreId = new Guid(++_stores, 0, 0, new byte[8]),
            PartitionCount = partitions,
            SegmentBytes = segmentBytes,
        },
        Token);
}
