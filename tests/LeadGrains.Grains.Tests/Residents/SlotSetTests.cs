using LeadGrains.Grains.Residents;

namespace LeadGrains.Grains.Tests.Residents;

public sealed class SlotSetTests
{
    [Fact]
    public void TryTake_WhenSlotsComeInAnyOrder_GivesEachOnceFromTheLowest()
    {
        var set = new SlotSet();
        var random = new Random(3);
        var expected = new SortedSet<int>();
        for (var round = 0; round < 2_000; round++)
        {
            for (var added = random.Next(4); added > 0; added--)
            {
                var slot = random.Next(random.Next(2) == 0 ? 70 : 100_000);
                set.Add(slot);
                expected.Add(slot);
            }

            for (var wanted = random.Next(4); wanted > 0; wanted--)
            {
                Assert.Equal(expected.Count > 0, set.TryTake(out var slot));
                Assert.Equal(expected.Count > 0 ? expected.Min : -1, slot);
                expected.Remove(slot);
            }
        }

        Assert.Equal(expected, All(set));
        Assert.Empty(All(set));
    }

    [Fact]
    public void TryFindFrom_WhenSlotsComeAndGo_GivesTheNextOneGoingRound()
    {
        var set = new SlotSet();
        var random = new Random(4);
        var expected = new SortedSet<int>();
        for (var round = 0; round < 2_000; round++)
        {
            var slot = random.Next(random.Next(2) == 0 ? 70 : 3_000);
            if (random.Next(3) == 0)
            {
                set.Add(slot);
                expected.Add(slot);
            }
            else
            {
                set.Remove(slot);
                expected.Remove(slot);
            }

            if (random.Next(4) == 0 && set.TryTake(out var taken))
                expected.Remove(taken);
            var from = random.Next(4_000);
            var next = expected.GetViewBetween(from, int.MaxValue);

            Assert.Equal(expected.Count, set.Count);
            Assert.Equal(expected.Count > 0, set.TryFindFrom(from, out var found));
            Assert.Equal(expected.Count == 0 ? -1 : next.Count > 0 ? next.Min : expected.Min, found);
        }
    }

    private static List<int> All(SlotSet set)
    {
        var all = new List<int>();
        while (set.TryTake(out var slot))
            all.Add(slot);
        return all;
    }
}
