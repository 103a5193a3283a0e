using LeadGrains.Storage.Tests.Support;

namespace LeadGrains.Storage.Tests.Embedded.Segments;

public sealed class SegmentSizeTests : IDisposable
{
    private const int MiB = 1 << 20;
    private readonly JournalFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Append_WhenTheStoreIsYoung_BeginsWithSmallSegments()
    {
        await using var journal = _folder.Open(32 * MiB);
        Assert.Equal(4 * MiB, Length(1));
        await journal.AppendAsync(Blocks.Of(0, 1, signalBytes: 3 * MiB));
        await journal.AppendAsync(Blocks.Of(0, 2, signalBytes: 3 * MiB));
        Assert.Equal(8 * MiB, Length(2));
        await journal.AppendAsync(Blocks.Of(0, 3, signalBytes: 6 * MiB));
        Assert.Equal(16 * MiB, Length(3));
    }

    [Fact]
    public async Task Append_WhenACommitIsLargerThanASegment_GivesItOneOfItsOwn()
    {
        await using (var journal = _folder.Open(4_096))
        {
            await journal.AppendAsync(Blocks.Of(0, 1));
            await journal.AppendAsync(Blocks.Of(0, 2, signalBytes: 10_000));
            await journal.AppendAsync(Blocks.Of(0, 3));
        }

        Assert.Equal([2, 2, 2], Enumerable.Range(1, 3).Select(id => _folder.CommitOffsets(id).Count));
        await using var again = _folder.Open(4_096);
        JournalCalls.AssertSame([Blocks.Of(0, 1), Blocks.Of(0, 2, signalBytes: 10_000), Blocks.Of(0, 3)], again.ReadAll());
    }

    private long Length(int segment) => new FileInfo(_folder.SegmentPath(segment)).Length;
}
