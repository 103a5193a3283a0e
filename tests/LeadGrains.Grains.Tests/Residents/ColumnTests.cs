using LeadGrains.Grains.Residents;

namespace LeadGrains.Grains.Tests.Residents;

public sealed class ColumnTests
{
    [Fact]
    public void EnsureCapacity_WhenItGrowsStepByStep_KeepsEveryValue()
    {
        var column = new Column<int>();
        for (var slot = 0; slot < 20_000; slot++)
        {
            column.EnsureCapacity(slot + 1);
            Assert.Equal(0, column[slot]);
            column[slot] = slot + 1;
        }

        for (var slot = 0; slot < 20_000; slot++)
            Assert.Equal(slot + 1, column[slot]);
    }

    [Theory]
    [InlineData(1, 64)]
    [InlineData(65, 512)]
    [InlineData(513, 4_096)]
    [InlineData(4_096, 4_096)]
    [InlineData(4_097, 8_192)]
    [InlineData(50_000, 53_248)]
    public void EnsureCapacity_WhenAskedForSlots_WastesAtMostAChunk(int slots, int capacity)
    {
        var column = new Column<long>();
        column.EnsureCapacity(slots);

        Assert.Equal(capacity, column.Capacity);
        Assert.Equal(capacity * 8, column.MemoryBytes);
    }

    [Fact]
    public void Record_WhenSlotsHaveSeveralValues_LiesApartFromOthers()
    {
        var column = new Column<double>(3);
        column.EnsureCapacity(10_000);
        for (var slot = 0; slot < 10_000; slot++)
            column.Record(slot).Fill(slot);

        for (var slot = 0; slot < 10_000; slot++)
            Assert.Equal([slot, slot, slot], column.Record(slot).ToArray());
    }

    [Fact]
    public unsafe void Chunk_WhenRead_HoldsTheSlotsInOrder()
    {
        var column = new Column<int>();
        column.EnsureCapacity(Column<int>.ChunkSlots + 1);
        column[Column<int>.ChunkSlots] = 7;

        Assert.Equal(7, column.Chunk(1)[0]);
        Assert.Equal(0, column.Chunk(1)[Column<int>.ChunkSlots - 1]);
    }
}
