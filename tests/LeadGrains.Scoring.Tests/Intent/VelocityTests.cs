using FsCheck;
using FsCheck.Fluent;

namespace LeadGrains.Scoring.Tests.Intent;

public class VelocityTests
{
    private static readonly Arbitrary<(int Day, int Points)[]> Gains =
        Gen.Choose(20_000, 20_040).Zip(Gen.Choose(-5, 20)).ArrayOf().ToArbitrary();

    [Fact]
    public void At_WhenAWeekHasPassed_TurnsGainIntoLoss()
    {
        var velocity = new Velocity();
        Assert.True(velocity.IsEmpty);
        velocity.Add(20_000, 5);
        Assert.False(velocity.IsEmpty);
        Assert.Equal(5, velocity.At(20_000));
        Assert.Equal(5, velocity.At(20_006));
        Assert.Equal(-5, velocity.At(20_007));
        Assert.Equal(-5, velocity.At(20_013));
        Assert.Equal(0, velocity.At(20_014));
        Assert.Equal(5, velocity.At(19_000));
        Assert.Equal(0, velocity.At(int.MaxValue));
    }

    [Fact]
    public void Add_WhenOlderThanAllDays_ChangesNothing()
    {
        var velocity = new Velocity();
        velocity.Add(20_000, 5);
        var before = velocity;
        velocity.Add(19_986, 3);
        Assert.Equal(before, velocity);
        velocity.Add(20_050, 0);
        Assert.Equal(before, velocity);
        velocity.Add(19_987, 3);
        Assert.Equal(3, velocity.Points[13]);
        Assert.NotEqual(before, velocity);
    }

    [Fact]
    public void At_ForAnyGains_IsTheLastSevenDaysLessTheSevenBefore() =>
        Prop.ForAll(Gains, gains =>
        {
            var velocity = new Velocity();
            foreach (var (day, points) in gains)
                velocity.Add(day, points);
            const int Today = 20_041;
            var expected = gains.Sum(gain => (Today - gain.Day) switch { < 7 => gain.Points, < 14 => -gain.Points, _ => 0 });
            return velocity.At(Today) == expected;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void AddScaled_OfAnother_IsAddingItsGains() =>
        Prop.ForAll(Gains.Generator.Two().ToArbitrary(), sample =>
        {
            var first = Of(sample.Item1);
            var second = Of(sample.Item2);
            var sum = new Velocity();
            sum.AddScaled(first, 1);
            sum.AddScaled(second, 0.5);
            return sum.At(20_041) == first.At(20_041) + 0.5 * second.At(20_041);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Restore_OfWhatWasStored_IsTheSame()
    {
        var velocity = Of([(20_000, 3), (19_995, 4)]);
        Assert.Equal(velocity, Velocity.Restore(velocity.NewestDay, velocity.Points));
        Assert.Equal(velocity, Velocity.Restore(velocity.NewestDay, velocity.Points[..6]));
        Assert.Throws<ArgumentException>(() => Velocity.Restore(0, new double[15]));
    }

    private static Velocity Of(IEnumerable<(int Day, int Points)> gains)
    {
        var velocity = new Velocity();
        foreach (var (day, points) in gains)
            velocity.Add(day, points);
        return velocity;
    }
}
