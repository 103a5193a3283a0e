using LeadGrains.Grains.Storage;
using LeadGrains.Storage.Embedded.Segments;
using LeadGrains.Storage.Tests.Support;

namespace LeadGrains.Storage.Tests.Embedded.Segments;

/// <summary>What was answered and is no longer there as written is reported with its place, never skipped.</summary>
public sealed class DamageTests : IDisposable
{
    private readonly JournalFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Open_WhenABitFlipsBeforeAValidCommit_NamesThePlaceAndChangesNothing()
    {
        await _folder.WriteAsync(4_096, Blocks.Of(0, 1, 2), Blocks.Of(1, 1), Blocks.Of(0, 3));
        var offsets = _folder.CommitOffsets(1);
        var restore = _folder.Remember();
        for (var position = offsets[1]; position < offsets[2]; position++)
        {
            restore();
            Flip(1, position);
            var before = _folder.Describe();
            AssertPlace(Assert.Throws<JournalDamagedException>(() => _folder.Open()), 1, 2, offsets[1]);
            Assert.Equal(before, _folder.Describe());
        }
    }

    [Fact]
    public async Task Open_WhenTheFirstCommitIsDamaged_NamesThePlace()
    {
        await _folder.WriteAsync(4_096, Blocks.Of(0, 1), Blocks.Of(0, 2));
        Flip(1, 70);
        AssertPlace(Assert.Throws<JournalDamagedException>(() => _folder.Open()), 1, 1, 64);
    }

    [Fact]
    public async Task Read_WhenASealedSegmentIsDamaged_NamesThePlace()
    {
        var offsets = await WriteThreeSegmentsAsync();
        Flip(2, offsets[1] + 50);

        // Opening trusts the index and does not read the body: it starts as fast with a terabyte as with a megabyte.
        await using var journal = _folder.Open(1_024);
        AssertPlace(Assert.Throws<JournalDamagedException>(() => journal.ReadAll()), 2, 5, offsets[1]);
        AssertPlace(Assert.Throws<JournalDamagedException>(() => journal.ReadEntry(0, 5)), 2, 5, offsets[1]);
        Assert.NotNull(journal.ReadEntry(0, 7));
        Assert.Single(journal.ReadAll(new JournalPosition(0, 6)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task Open_WhenASealedSegmentWithoutItsIndexIsDamaged_NamesThePlace(int commit)
    {
        // The last commit of a sealed segment is no tail: it was on disk before the segment was sealed.
        var offsets = await WriteThreeSegmentsAsync();
        File.Delete(_folder.IndexPath(2));
        Flip(2, offsets[commit] + 50);
        AssertPlace(Assert.Throws<JournalDamagedException>(() => _folder.Open(1_024)), 2, 4 + commit, offsets[commit]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Open_WhenASegmentIsMissing_NamesIt(int missing)
    {
        await WriteThreeSegmentsAsync();
        File.Delete(_folder.SegmentPath(missing));
        Assert.Contains($"segment {missing} is missing", Assert.Throws<JournalDamagedException>(() => _folder.Open(1_024)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_WhenASealedSegmentHasLostItsEnd_NoticesTheGap()
    {
        var offsets = await WriteThreeSegmentsAsync();
        _folder.Change(2, bytes => bytes[..(int)offsets[2]]);
        var damaged = Assert.Throws<JournalDamagedException>(() => _folder.Open(1_024));
        Assert.Contains("before segment 3", damaged.Message, StringComparison.Ordinal);
        Assert.Contains("commit 6", damaged.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_WhenSegmentsAreSwapped_IsDamage()
    {
        await WriteThreeSegmentsAsync();
        File.Move(_folder.SegmentPath(1), _folder.SegmentPath(9));
        File.Move(_folder.SegmentPath(2), _folder.SegmentPath(1));
        File.Move(_folder.SegmentPath(9), _folder.SegmentPath(2));
        Assert.Throws<JournalDamagedException>(() => _folder.Open(1_024));
    }

    [Fact]
    public async Task Open_WhenAHeaderIsDamaged_IsDamage()
    {
        await _folder.WriteAsync(4_096, Blocks.Of(0, 1));
        var restore = _folder.Remember();
        foreach (var position in Enumerable.Range(0, SegmentHeader.Size).Where(position => position is < 8 or > 11))
        {
            restore();
            Flip(1, position);
            var damaged = Assert.Throws<JournalDamagedException>(() => _folder.Open());
            Assert.EndsWith("Restore the journal from a backup; nothing was changed.", damaged.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Open_WhenItIsAnotherStoresJournal_IsRefused()
    {
        await _folder.WriteAsync(4_096, Blocks.Of(0, 1));
        var other = JournalFolder.Store with { Id = Guid.Empty };
        Assert.Throws<StoreUnusableException>(() => _folder.Open(store: other));
        Assert.Throws<StoreUnusableException>(() => _folder.Open(store: JournalFolder.Store with { PartitionCount = 5 }));
    }

    private static void AssertPlace(JournalDamagedException damaged, long segment, long commit, long offset) =>
        Assert.Contains($"segment {segment}, commit {commit}, offset {offset}", damaged.Message, StringComparison.Ordinal);

    // Seven commits, three to a segment; gives the offsets in the second one.
    private async Task<List<long>> WriteThreeSegmentsAsync()
    {
        await _folder.WriteAsync(1_024, [.. Enumerable.Range(1, 7).Select(i => Blocks.Of(0, i, signalBytes: 200))]);
        Assert.True(File.Exists(_folder.SegmentPath(3)));
        Assert.False(File.Exists(_folder.SegmentPath(4)));
        return _folder.CommitOffsets(2);
    }

    private void Flip(int segment, long position) => _folder.Change(segment, bytes =>
    {
        bytes[position] ^= (byte)(1 << (int)(position % 8));
        return bytes;
    });
}
