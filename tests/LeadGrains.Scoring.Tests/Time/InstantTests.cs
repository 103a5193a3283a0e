namespace LeadGrains.Scoring.Tests.Time;

public class InstantTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0)]
    [InlineData(-1, -1)]
    [InlineData(TimeSpan.TicksPerDay - 1, 0)]
    [InlineData(TimeSpan.TicksPerDay, 1)]
    [InlineData(-TimeSpan.TicksPerDay, -1)]
    [InlineData(-TimeSpan.TicksPerDay - 1, -2)]
    [InlineData(long.MaxValue, 10675199)]
    [InlineData(long.MinValue, -10675200)]
    public void UtcDay_WhenBetweenMidnights_IsTheEarlierOne(long ticks, int day) => Assert.Equal(day, new Instant(ticks).UtcDay);

    [Fact]
    public void FromDateTimeOffset_WhenItHasAnOffset_IsTheSamePointInTime()
    {
        var local = new DateTimeOffset(1970, 1, 1, 2, 0, 0, TimeSpan.FromHours(2));
        Assert.Equal(Instant.Epoch, Instant.FromDateTimeOffset(local));
        Assert.Equal(DateTimeOffset.UnixEpoch, Instant.Epoch.ToDateTimeOffset());
        Assert.Throws<ArgumentOutOfRangeException>(() => Instant.Max.ToDateTimeOffset());
    }

    [Fact]
    public void Arithmetic_WhenItWouldOverflow_Saturates()
    {
        Assert.Equal(Instant.Max, Instant.Max + TimeSpan.FromTicks(1));
        Assert.Equal(Instant.Min, Instant.Min + TimeSpan.FromTicks(-1));
        Assert.Equal(TimeSpan.MaxValue, Instant.Max - Instant.Min);
        Assert.Equal(TimeSpan.MinValue, Instant.Min - Instant.Max);
        Assert.Equal(TimeSpan.FromTicks(3), new Instant(5) - new Instant(2));
        Assert.Equal(new Instant(7), new Instant(5) + TimeSpan.FromTicks(2));
    }

    [Fact]
    public void Comparison_WhenOneIsEarlier_SaysSo()
    {
        var first = new Instant(-3);
        var second = new Instant(4);
        Assert.True(first < second && second > first && first <= second && second >= first);
        Assert.Equal(first, Instant.Earlier(second, first));
        Assert.Equal(second, Instant.Later(second, first));
    }
}
