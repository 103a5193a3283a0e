using LeadGrains.Grains.Storage;
using LeadGrains.Storage.Embedded.Segments;
using LeadGrains.Storage.Tests.Support;

namespace LeadGrains.Storage.Tests.Embedded.Segments;

/// <summary>What a crash in the middle of a commit leaves is cut, and nothing before it.</summary>
public sealed class TornTailTests : IDisposable
{
    private readonly JournalFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(Tear.RestIsZero)]
    [InlineData(Tear.RestIsMissing)]
    [InlineData(Tear.BeginningIsZero)]
    public async Task Open_WhenTheLastCommitIsTornAnywhere_CutsItAndGoesOn(Tear tear)
    {
        JournalBlock[] whole = [Blocks.Of(0, 1, 2), Blocks.Of(1, 1)];
        await _folder.WriteAsync(4_096, [.. whole, Blocks.Of(0, 3)]);
        var offsets = _folder.CommitOffsets(1);
        var restore = _folder.Remember();
        for (var position = offsets[2] + 1; position < offsets[3]; position++)
        {
            restore();
            _folder.Change(1, bytes => Apply(tear, bytes, (int)offsets[2], (int)position));
            await AssertCutAsync(whole, offsets[2], $"{tear} at {position}");
        }
    }

    [Fact]
    public async Task Open_WhenABitOfTheLastCommitFlips_CutsIt()
    {
        JournalBlock[] whole = [Blocks.Of(0, 1, 2), Blocks.Of(1, 1)];
        await _folder.WriteAsync(4_096, [.. whole, Blocks.Of(0, 3)]);
        var offsets = _folder.CommitOffsets(1);
        var restore = _folder.Remember();
        for (var position = offsets[2]; position < offsets[3]; position++)
        {
            restore();
            _folder.Change(1, bytes => Flip(bytes, (int)position));
            await AssertCutAsync(whole, offsets[2], $"bit at {position}");
        }
    }

    [Fact]
    public async Task Open_WhenTheOnlyCommitIsTorn_CutsItAndGoesOn()
    {
        await _folder.WriteAsync(4_096, Blocks.Of(0, 1));
        _folder.Change(1, bytes => Flip(bytes, 100));
        await AssertCutAsync([], 64, "only commit");
    }

    [Fact]
    public async Task Open_WhenATornCommitHoldsBytesMadeToLookLikeACommit_CutsItAllTheSame()
    {
        // A caller knows the format and guesses segment and commit number, but not the store id that the checksum covers.
        var offset = await WriteForgedAsync(Guid.Empty);
        await AssertCutAsync([Blocks.Of(0, 1)], offset, "forged");
    }

    [Fact]
    public async Task Open_WhenATornCommitHoldsACommitOfTheStoreItself_IsDamage()
    {
        await WriteForgedAsync(JournalFolder.Store.Id);
        Assert.Throws<JournalDamagedException>(() => _folder.Open());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Open_WhenAnOldCommitStandsBehindTheTail_DoesNotTakeItForALaterOne(bool behindATornOne)
    {
        JournalBlock[] whole = [Blocks.Of(0, 1, 2), Blocks.Of(1, 1)];
        await _folder.WriteAsync(4_096, [.. whole, Blocks.Of(0, 3)]);
        var offsets = _folder.CommitOffsets(1);
        _folder.Change(1, bytes =>
        {
            bytes[offsets[2]] ^= 1;
            bytes.AsSpan((int)offsets[0], (int)(offsets[1] - offsets[0])).CopyTo(bytes.AsSpan((int)offsets[behindATornOne ? 3 : 2]));
            return bytes;
        });
        await AssertCutAsync(whole, offsets[2], "old commit");
    }

    [Fact]
    public async Task Open_WhenTheTailIsWhole_CutsNothingAndGoesOnInTheSameSegment()
    {
        await _folder.WriteAsync(4_096, Blocks.Of(0, 1));
        await using (var journal = _folder.Open())
        {
            Assert.Null(journal.TornTail);
            await journal.AppendAsync(Blocks.Of(0, 2));
        }

        Assert.Equal(3, _folder.CommitOffsets(1).Count);
        Assert.False(File.Exists(_folder.SegmentPath(2)));
    }

    // Two commits; the second one is damaged and holds among its bytes a whole record with a greater number.
    private async Task<long> WriteForgedAsync(Guid storeId)
    {
        await _folder.WriteAsync(4_096, Blocks.Of(0, 1));
        var offset = _folder.CommitOffsets(1)[1];
        var header = new SegmentHeader(SegmentHeader.CurrentVersion, JournalFolder.PartitionCount, 1, storeId);
        var length = (int)CommitFormat.LengthOf(1, Blocks.Of(0, 9).Entries.Length);
        var forged = new CommitBuilder().Build([new TestAppend(Blocks.Of(0, 9))], header, 9, length).SelectMany(piece => piece.ToArray());
        await _folder.WriteAsync(4_096, new JournalBlock(0, 1, 2, 2, 1, forged.ToArray()));
        Assert.Equal(0, (offset + CommitFormat.HeaderSize + CommitFormat.BlockHeaderSize) % CommitFormat.Alignment);
        _folder.Change(1, bytes => Flip(bytes, (int)offset + 8));
        return offset;
    }

    private static byte[] Apply(Tear tear, byte[] bytes, int start, int position)
    {
        switch (tear)
        {
            case Tear.RestIsZero:
                // The bytes that did not get there may be zero already: then nothing is torn.
                if (bytes.AsSpan(position).IndexOfAnyExcept((byte)0) < 0)
                    bytes[position - 1] ^= 0x80;
                bytes.AsSpan(position).Clear();
                return bytes;
            case Tear.RestIsMissing:
                return bytes[..position];
            default:
                bytes.AsSpan(start, position - start).Clear();
                if (bytes.AsSpan(position).IndexOfAnyExcept((byte)0) < 0)
                    bytes[position] = 1;
                return bytes;
        }
    }

    private static byte[] Flip(byte[] bytes, int position)
    {
        bytes[position] ^= (byte)(1 << (position % 8));
        return bytes;
    }

    private async Task AssertCutAsync(JournalBlock[] whole, long offset, string what)
    {
        await using (var journal = _folder.Open())
        {
            Assert.True(journal.TornTail is { SegmentId: 1 }, what);
            Assert.Equal(offset, journal.TornTail!.Offset);
            Assert.Equal(whole.Length + 1, journal.TornTail.CommitNumber);
            JournalCalls.AssertSame(whole, journal.ReadAll());
            await journal.AppendAsync(Blocks.Of(0, 10));
        }

        Assert.Equal(offset, new FileInfo(_folder.SegmentPath(1)).Length);
        Assert.True(File.Exists(_folder.SegmentPath(2)), what);
        await using var again = _folder.Open();
        Assert.Null(again.TornTail);
        JournalCalls.AssertSame([.. whole, Blocks.Of(0, 10)], again.ReadAll());
    }

    /// <summary>What the disk holds of a commit that was being written.</summary>
    public enum Tear
    {
        RestIsZero,
        RestIsMissing,
        BeginningIsZero,
    }
}
