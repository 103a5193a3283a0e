using FsCheck;
using FsCheck.Fluent;

namespace LeadGrains.Scoring.Tests.Time;

public class DecayTests
{
    [Fact]
    public void Factor_WhenOneHalfLifeHasPassed_IsAHalf()
    {
        Assert.Equal(0.5, Decay.Factor(TimeSpan.TicksPerDay, Samples.Days(1)));
        Assert.Equal(1, Decay.Factor(0, Samples.Days(1)));
        Assert.Equal(4, Decay.Factor(-2 * TimeSpan.TicksPerDay, Samples.Days(1)));
    }

    [Fact]
    public void Factor_WhenMoreTimePasses_NeverRises() =>
        Prop.ForAll(
            Gen.Choose(1, 4000).Two().Zip(Gen.Choose(1, 5000)).ToArbitrary(),
            sample =>
            {
                var ((first, second), days) = sample;
                var halfLife = Samples.Days(days / 10.0);
                var sooner = Decay.Factor(Math.Min(first, second) * TimeSpan.TicksPerHour, halfLife);
                var later = Decay.Factor(Math.Max(first, second) * TimeSpan.TicksPerHour, halfLife);
                return later <= sooner;
            }).QuickCheckThrowOnFailure();

    [Fact]
    public void HalfLife_WhenItIsNone_IsRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => HalfLife.FromTimeSpan(TimeSpan.Zero));
        Assert.Throws<ArgumentOutOfRangeException>(() => HalfLife.FromTimeSpan(TimeSpan.MaxValue));
        Assert.Throws<InvalidOperationException>(() => default(HalfLife).Ticks);
    }
}
