using LeadGrains.Grains.Checkpoints;

namespace LeadGrains.Grains.Tests.Checkpoints;

public sealed class RowMemoryTests
{
    [Fact]
    public void Keep_UntilReuse_LeavesAllThatWasKept()
    {
        var memory = new RowMemory();
        var random = new Random(7);
        // Rows of all lengths: some share a block, some end one, some have an array of their own; the second time in used ones.
        for (var round = 0; round < 3; round++)
        {
            var rows = Enumerable.Range(0, 400).Select(_ => new byte[random.Next(4) == 0 ? random.Next(40_000) : random.Next(900)]).ToList();
            rows.ForEach(random.NextBytes);

            var kept = rows.ConvertAll(row => memory.Keep(row));

            Assert.All(rows.Zip(kept), pair => Assert.Equal(pair.First, pair.Second.ToArray()));
            memory.Reuse();
        }
    }

    [Fact]
    public void Reuse_WhenRowsComeAgain_TakesNoMoreMemory()
    {
        var memory = new RowMemory();
        var row = new byte[700];
        Keep();
        var before = GC.GetAllocatedBytesForCurrentThread();

        Keep();

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000);

        void Keep()
        {
            for (var i = 0; i < 1_000; i++)
                memory.Keep(row);
            memory.Reuse();
        }
    }
}
