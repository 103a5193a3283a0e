using LeadGrains.Grains.Storage;
using LeadGrains.Storage.Tests.Support;

namespace LeadGrains.Storage.Tests.Embedded.Segments;

/// <summary>Index files save time and nothing else: without them, or with wrong ones, everything is found.</summary>
public sealed class SegmentIndexTests : IDisposable
{
    private const int Commits = 12;
    private readonly JournalFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Open_WhenIndexFilesAreMissing_MakesThemAnew()
    {
        await WriteAsync();
        var index = File.ReadAllBytes(_folder.IndexPath(2));
        File.Delete(_folder.IndexPath(1));
        File.Delete(_folder.IndexPath(2));
        await AssertWholeAsync("missing");
        Assert.Equal(index, File.ReadAllBytes(_folder.IndexPath(2)));
    }

    [Fact]
    public async Task Open_WhenAnIndexFileIsDamagedAnywhere_MakesItAnew()
    {
        await WriteAsync();
        var index = File.ReadAllBytes(_folder.IndexPath(1));
        for (var position = 0; position < index.Length; position += 3)
        {
            JournalFolder.ChangeFile(_folder.IndexPath(1), bytes =>
            {
                bytes[position] ^= 0x10;
                return bytes;
            });
            await AssertWholeAsync($"byte {position}");
            Assert.Equal(index, File.ReadAllBytes(_folder.IndexPath(1)));
        }
    }

    [Fact]
    public async Task Open_WhenAnIndexFileIsCutShort_MakesItAnew()
    {
        await WriteAsync();
        var length = (int)new FileInfo(_folder.IndexPath(1)).Length;
        foreach (var kept in (int[])[0, 10, 100, length - 16, length - 1])
        {
            JournalFolder.ChangeFile(_folder.IndexPath(1), bytes => bytes[..kept]);
            await AssertWholeAsync($"{kept} bytes");
        }
    }

    [Fact]
    public async Task Open_WhenACrashCameBeforeSealing_SealsWhatIsLeft()
    {
        await WriteAsync();
        var end = new FileInfo(_folder.SegmentPath(1)).Length;
        File.Delete(_folder.IndexPath(1));
        _folder.Change(1, bytes => [.. bytes, .. new byte[500]]);
        await AssertWholeAsync("not sealed");
        Assert.Equal(end, new FileInfo(_folder.SegmentPath(1)).Length);
        Assert.True(File.Exists(_folder.IndexPath(1)));
    }

    [Fact]
    public async Task Open_WhenThereAreUnfinishedFiles_RemovesThem()
    {
        await WriteAsync();
        File.WriteAllBytes(_folder.SegmentPath(99) + ".tmp", new byte[100]);
        File.WriteAllBytes(_folder.IndexPath(1) + ".tmp", new byte[100]);
        await AssertWholeAsync("unfinished");
        Assert.Empty(Directory.GetFiles(_folder.Path, "*.tmp"));
    }

    private Task WriteAsync() => _folder.WriteAsync(
        1_024, [.. Enumerable.Range(1, Commits).Select(i => Blocks.Of(i % 3, i, signalBytes: 150))]);

    private async Task AssertWholeAsync(string what)
    {
        await using var journal = _folder.Open(1_024);
        Assert.True(journal.EntryCount == Commits, what);
        JournalCalls.AssertSame(Enumerable.Range(1, Commits).Select(i => Blocks.Of(i % 3, i, signalBytes: 150)), journal.ReadAll());
        for (var i = 1; i <= Commits; i++)
            Assert.True(journal.ReadEntry(i % 3, i)!.Value.Span.SequenceEqual(Blocks.EntryBytes(i % 3, i, 150).Span), what);
        Assert.Equal([12L, 10, 11, 0], Enumerable.Range(0, 4).Select(journal.LastSequence));
        Assert.Single(journal.ReadAll(new JournalPosition(0, 9)));
    }
}
