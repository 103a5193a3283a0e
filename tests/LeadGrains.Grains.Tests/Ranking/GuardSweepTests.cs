using LeadGrains.Grains.Ranking;
using LeadGrains.Grains.Residents;

namespace LeadGrains.Grains.Tests.Ranking;

public sealed class GuardSweepTests
{
    [Fact]
    public void Find_WhenMoreAreDueThanThereIsRoom_GoesOnUntilAllWereFound()
    {
        var random = new Random(5);
        var columns = Columns(10_000);
        var due = new HashSet<int>();
        for (var slot = 0; slot < 10_000; slot++)
        {
            columns.GuardAt[slot] = RandomRows.Now.Ticks + random.Next(-1_000, 1_000);
            columns.SetFlags(slot, RankFlags.HasEntry, on: random.Next(4) != 0);
            if (columns.GuardAt[slot] <= RandomRows.Now.Ticks && columns.Has(slot, RankFlags.HasEntry))
                due.Add(slot);
        }

        var sweep = new GuardSweep(columns);
        var found = new List<int>();
        var room = new int[100];
        while (found.Count < due.Count)
        {
            var count = sweep.Find(RandomRows.Now, room);
            Assert.Equal(Math.Min(100, due.Count - found.Count), Math.Min(count, due.Count - found.Count));
            found.AddRange(room[..Math.Min(count, due.Count - found.Count)]);
        }

        Assert.Equal(due.Order(), found.Order());
    }

    [Fact]
    public void Find_WhenThereIsRoomForAll_FindsEachOnce()
    {
        var columns = Columns(300);
        for (var slot = 0; slot < 300; slot++)
            columns.SetFlags(slot, RankFlags.HasEntry, on: true);
        var sweep = new GuardSweep(columns);
        var room = new int[1_000];

        Assert.Equal(70, sweep.Find(RandomRows.Now, room.AsSpan(0, 70)));
        Assert.Equal(300, sweep.Find(RandomRows.Now, room));
        Assert.Equal(Enumerable.Range(0, 300), room[..300].Order());
    }

    [Fact]
    public void Find_WhenASlotIsNew_IsDueAtOnce()
    {
        var columns = Columns(1);
        var room = new int[1];
        Assert.Equal(0, new GuardSweep(columns).Find(RandomRows.Now, room));

        columns.SetFlags(0, RankFlags.HasEntry, on: true);

        Assert.Equal(1, new GuardSweep(columns).Find(RandomRows.Now, room));
    }

    private static RankColumns Columns(int slots)
    {
        var columns = new RankColumns(Models.Staged, GrainKind.Contact, 0, new ResidentTable(), RandomRows.Now);
        for (var slot = 0; slot < slots; slot++)
            columns.Keys.FindOrAdd((ulong)slot, 0, BitConverter.GetBytes(slot), out _);
        columns.EnsureSlots();
        return columns;
    }
}
