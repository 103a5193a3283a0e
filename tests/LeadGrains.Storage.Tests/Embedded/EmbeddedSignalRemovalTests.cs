using LeadGrains.Grains.Storage;
using LeadGrains.Storage.Embedded;
using LeadGrains.Storage.Tests.Contract;
using LeadGrains.Testing;

namespace LeadGrains.Storage.Tests.Embedded;

/// <summary>A folder with short segments keeps every promise of signals that are removed.</summary>
public sealed class EmbeddedSignalRemovalTests : SignalRemovalContract
{
    private readonly TempFolder _folder = new();
    private EmbeddedStore? _store;

    [Fact]
    public async Task Remove_WhenDone_LeavesNothingInTheFilesAndDoesNotSealASegmentThatIsYoung()
    {
        var files = Directory.GetFiles(_folder.At("journal"), "*.seg").Length;
        var none = new LeadGrains.Grains.Retention.SignalRemoval(LeadGrains.Scoring.Instant.Epoch, new long[PartitionCount]);
        await People.RemoveSignalsAsync(none, () => Task.CompletedTask, TestContext.Current.CancellationToken);
        Assert.Equal(files, Directory.GetFiles(_folder.At("journal"), "*.seg").Length);
        await Remove_WhenMergesBroughtOldSignals_EmptiesThoseAlone();
        Assert.All(Directory.GetFiles(_folder.At("journal")), file => Assert.True(File.ReadAllBytes(file).AsSpan().IndexOf("visitor"u8) < 0, file));
    }

    /// <summary>Where the checkpoint that a piece trusts is lost with the power, the rows are made from signals that are gone.</summary>
    [Fact]
    public async Task Remove_WhenAPieceIsNext_CommitsBehindWhatWasWrittenBefore()
    {
        await FillAsync();
        var lengths = new List<long> { LogBytes() };
        await People.RemoveSignalsAsync(
            Removal(olderThanTurn: 20),
            () =>
            {
                lengths.Add(LogBytes());
                return Task.CompletedTask;
            },
            TestContext.Current.CancellationToken);
        lengths.Add(LogBytes());

        Assert.True(lengths.Count > 3, $"{lengths.Count}");
        Assert.All(lengths.Zip(lengths.Skip(1)), pair => Assert.True(pair.First < pair.Second, string.Join(' ', lengths)));
    }

    // SQLite's write-ahead log, to which every commit that is flushed adds.
    private long LogBytes() => new FileInfo(_folder.At("grains.db-wal")).Length;

    protected override async ValueTask<(IJournal Journal, IPersonalData People)> OpenAsync()
    {
        if (_store is not null)
            await _store.DisposeAsync();
        _store = await EmbeddedStore.OpenAsync(
            new EmbeddedStoreOptions { Folder = _folder.Path, NewStoreId = new Guid(1, 2, 3, [4, 5, 6, 7, 8, 9, 10, 11]), PartitionCount = PartitionCount, SegmentBytes = 4_096 },
            TestContext.Current.CancellationToken);
        return (_store.Journal, _store.People);
    }

    protected override async ValueTask CleanUpAsync()
    {
        if (_store is not null)
            await _store.DisposeAsync();
        _folder.Dispose();
    }
}
