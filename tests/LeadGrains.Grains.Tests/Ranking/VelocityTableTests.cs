using LeadGrains.Grains.Ranking;

namespace LeadGrains.Grains.Tests.Ranking;

public sealed class VelocityTableTests
{
    [Fact]
    public void Set_WhenDaysBecomeEmpty_GivesTheirPlaceToOthers()
    {
        var table = new VelocityTable();
        table.EnsureCapacity(10_000);
        for (var slot = 0; slot < 100; slot++)
            table.Set(slot, Day(10, slot + 1));
        var memory = table.MemoryBytes;
        for (var slot = 0; slot < 100; slot++)
            table.Set(slot, default);
        Assert.Equal(0, table.Count);

        for (var slot = 5_000; slot < 5_100; slot++)
            table.Set(slot, Day(10, slot));

        Assert.Equal(100, table.Count);
        Assert.Equal(memory, table.MemoryBytes);
        Assert.Equal(0, table.At(50, 10));
        Assert.Equal(5_050, table.At(5_050, 10));
        Assert.True(table.Has(5_050));
        Assert.False(table.Has(50));
    }

    [Fact]
    public void AddScaled_WhenWhatWasAddedIsTakenAway_HoldsNothing()
    {
        var table = new VelocityTable();
        table.EnsureCapacity(1);
        table.AddScaled(0, Day(10, 4), 1.5);
        Assert.Equal(6, table.At(0, 10));

        table.AddScaled(0, Day(10, 4), -1.5);

        Assert.Equal(0, table.Count);
        Assert.True(table.Of(0).IsEmpty);
    }

    [Fact]
    public void Expire_WhenDaysFellOutOfTheFourteen_LetsGoOfThem()
    {
        var table = new VelocityTable();
        table.EnsureCapacity(100);
        for (var slot = 0; slot < 100; slot++)
            table.Set(slot, Day(slot, 1));

        table.Expire(63);

        Assert.Equal(50, table.Count);
        Assert.False(table.Has(49));
        Assert.True(table.Has(50));
    }

    private static VelocityDays Day(int day, float points) => VelocityDays.Unpack(day, 1, [points]);
}
