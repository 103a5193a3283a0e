using LeadGrains.Grains.Checkpoints;
using LeadGrains.Grains.Seen;
using LeadGrains.Grains.Tests.Signals;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Tests.Seen;

public sealed class SeenSignalsTests
{
    private static readonly Instant Start = Batches.ReceivedAt;

    [Fact]
    public void TryAdd_WhenASignalComesAgain_IsFalse()
    {
        var seen = new SeenSignals();

        Assert.True(seen.TryAdd(0, Start));
        Assert.True(seen.TryAdd(ulong.MaxValue, Start));
        Assert.False(seen.TryAdd(0, Start));
        Assert.False(seen.TryAdd(ulong.MaxValue, Start));
        Assert.Equal(2, seen.Count);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(20)]
    [InlineData(32)]
    [InlineData(33)]
    [InlineData(300)]
    [InlineData(16_384)]
    public void TryAdd_WhenManyCameBefore_KnowsThemAll(int count)
    {
        var seen = Filled(count);

        for (var i = 0; i < count; i++)
            Assert.False(seen.TryAdd(Hash(i), Start));
        Assert.Equal(count, seen.Count);
    }

    // Equal lower bits lead to the same slot of the table.
    [Fact]
    public void TryAdd_WhenHashesShareTheirLowerBits_KeepsThemApart()
    {
        var seen = new SeenSignals();
        for (var i = 0UL; i < 500; i++)
            Assert.True(seen.TryAdd(i << 32, Start));
        for (var i = 0UL; i < 500; i++)
            Assert.False(seen.TryAdd(i << 32, Start));
    }

    [Fact]
    public void TryAdd_WhenMoreComeThanAreRemembered_ForgetsTheOldestChunk()
    {
        var seen = Filled(16_384 + 256);
        Assert.Equal(0, seen.FirstChunk);

        Assert.True(seen.TryAdd(Hash(16_640), Start));

        Assert.Equal(1, seen.FirstChunk);
        Assert.Equal(16_385, seen.Count);
        Assert.False(seen.TryAdd(Hash(256), Start));
        Assert.True(seen.TryAdd(Hash(255), Start));
    }

    [Fact]
    public void TryAdd_WhenAChunkIsOlderThanNinetyDays_ForgetsIt()
    {
        var seen = new SeenSignals();
        for (var i = 0; i < 300; i++)
            seen.TryAdd(Hash(i), Start + TimeSpan.FromSeconds(i));
        var last = Start + TimeSpan.FromSeconds(255) + TimeSpan.FromDays(90);

        Assert.False(seen.TryAdd(Hash(0), last));
        Assert.Equal(0, seen.FirstChunk);
        Assert.True(seen.TryAdd(Hash(0), last + TimeSpan.FromTicks(1)));
        Assert.Equal(1, seen.FirstChunk);
        Assert.False(seen.TryAdd(Hash(299), last));
    }

    [Fact]
    public void TryAdd_WhenTheOpenChunkIsOld_KeepsIt()
    {
        var seen = Filled(255);

        Assert.False(seen.TryAdd(Hash(0), Start + TimeSpan.FromDays(1_000)));
    }

    [Fact]
    public void TryAdd_WhenAllChunksAreFullAndOld_ForgetsThemAll()
    {
        var seen = Filled(512);

        Assert.True(seen.TryAdd(Hash(0), Start + TimeSpan.FromDays(91)));

        Assert.Equal(1, seen.Count);
        Assert.Equal(2, seen.FirstChunk);
        Assert.Equal([2], seen.Saved().Select(chunk => chunk.Number));
    }

    [Fact]
    public void TryAdd_WhenTheClockWasSetBack_KeepsThePromiseOfTheLaterTime()
    {
        var seen = new SeenSignals();
        for (var i = 0; i < 256; i++)
            seen.TryAdd(Hash(i), i == 100 ? Start + TimeSpan.FromDays(10) : Start);

        Assert.False(seen.TryAdd(Hash(5), Start + TimeSpan.FromDays(100)));
        var chunk = Assert.Single(seen.Saved());
        Assert.Equal(Start, chunk.FirstReceived);
        Assert.Equal(Start + TimeSpan.FromDays(10), chunk.LastReceived);
    }

    [Fact]
    public void DirtyChunks_WhenSavedInBetween_WriteAFullChunkOnce()
    {
        var seen = Filled(300);
        Assert.Equal([0, 1], seen.Saved().Select(chunk => chunk.Number));
        seen.MarkSaved();
        Assert.Empty(seen.DirtyChunks(new RowMemory()));

        seen.TryAdd(Hash(300), Start);

        var open = Assert.Single(seen.Saved());
        Assert.Equal(1, open.Number);
        Assert.Equal(45 * 8, open.Hashes.Length);
    }

    [Fact]
    public void DirtyChunks_WhenAChunkWasSavedFull_LeaveItOut()
    {
        var seen = Filled(256);
        seen.Saved();
        seen.MarkSaved();

        seen.TryAdd(Hash(256), Start);

        Assert.Equal([1], seen.Saved().Select(chunk => chunk.Number));
    }

    [Fact]
    public void MarkSaved_WhenSignalsCameSinceTheChunksWereTaken_LeavesThemDirty()
    {
        var seen = Filled(10);
        seen.Saved();
        seen.TryAdd(Hash(10), Start);

        seen.MarkSaved();

        Assert.Equal(11 * 8, Assert.Single(seen.Saved()).Hashes.Length);
    }

    [Fact]
    public void DirtyChunks_WhenTaken_HoldHashesInLittleEndianOrderOfArrival()
    {
        var seen = new SeenSignals();
        seen.TryAdd(0x0102_0304_0506_0708, Start);
        seen.TryAdd(9, Start + TimeSpan.FromTicks(1));

        var chunk = Assert.Single(seen.Saved());

        Assert.Equal([8, 7, 6, 5, 4, 3, 2, 1, 9, 0, 0, 0, 0, 0, 0, 0], chunk.Hashes.ToArray());
        Assert.Equal((Start, Start + TimeSpan.FromTicks(1)), (chunk.FirstReceived, chunk.LastReceived));
    }

    [Fact]
    public void Restore_WhenEverythingHasBeenForgotten_GoesOnCounting()
    {
        var seen = SeenSignals.Restore([], 7);
        seen.TryAdd(1, Start);

        Assert.Equal(7, Assert.Single(seen.Saved()).Number);
    }

    [Fact]
    public void Restore_WhenForgottenChunksAreStillStored_LeavesThemOut()
    {
        var chunks = Filled(600).Saved();

        var seen = SeenSignals.Restore(chunks, 1);

        Assert.Equal(344, seen.Count);
        Assert.Empty(seen.DirtyChunks(new RowMemory()));
        Assert.True(seen.TryAdd(Hash(0), Start));
        Assert.False(seen.TryAdd(Hash(256), Start));
    }

    [Fact]
    public void Restore_WhenChunksDoNotFollowEachOther_Throws()
    {
        var chunks = Filled(600).Saved();

        Assert.Throws<InvalidDataException>(() => SeenSignals.Restore([chunks[0], chunks[2]], 0));
        Assert.Throws<InvalidDataException>(() => SeenSignals.Restore([chunks[1], chunks[2]], 0));
        Assert.Throws<InvalidDataException>(() => SeenSignals.Restore([chunks[0] with { Hashes = chunks[0].Hashes[..8] }, chunks[1]], 0));
        Assert.Throws<InvalidDataException>(() => SeenSignals.Restore([chunks[0] with { Hashes = chunks[0].Hashes[..9] }], 0));
        Assert.Throws<InvalidDataException>(() => SeenSignals.Restore([chunks[0] with { Hashes = new byte[257 * 8] }], 0));
        Assert.Throws<InvalidDataException>(() => SeenSignals.Restore([chunks[0] with { Hashes = default }], 0));
    }

    [Theory]
    [InlineData(1, 200)]
    [InlineData(8, 250)]
    [InlineData(20, 450)]
    [InlineData(16_640, 300_000)]
    public void MemoryBytes_WhenSignalsAreRemembered_StaysSmall(int count, int atMost) => Assert.InRange(Filled(count).MemoryBytes, 64, atMost);

    [Fact]
    public void MemoryBytes_WhenMostIsForgotten_IsGivenBack()
    {
        var seen = Filled(16_640);

        seen.TryAdd(1, Start + TimeSpan.FromDays(91));

        Assert.InRange(seen.MemoryBytes, 64, 200);
    }

    private static SeenSignals Filled(int count)
    {
        var seen = new SeenSignals();
        for (var i = 0; i < count; i++)
            Assert.True(seen.TryAdd(Hash(i), Start));
        return seen;
    }

    private static ulong Hash(int i) => StableHash.Of(1, BitConverter.GetBytes(i));
}
