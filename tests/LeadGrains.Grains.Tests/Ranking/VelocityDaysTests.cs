using FsCheck;
using FsCheck.Fluent;
using LeadGrains.Grains.Ranking;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Tests.Ranking;

public sealed class VelocityDaysTests
{
    /// <summary>Half points are exact in floats, so both must agree to the last bit.</summary>
    [Fact]
    public void AddScaled_WhenDaysComeInAnyOrder_FollowsTheRulesOfVelocity() =>
        Prop.ForAll<(byte Day, sbyte Points)[], (byte Day, sbyte Points)[]>((one, other) =>
        {
            var (left, right) = (Of(one), Of(other));
            var days = VelocityDays.Of(left);
            days.AddScaled(VelocityDays.Of(right), 1.5);
            var expected = left;
            expected.AddScaled(right, 1.5);
            return Enumerable.Range(0, 120).All(day => expected.At(day) == days.At(day)) && expected.IsEmpty == days.IsEmpty;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Unpack_WhenGivenTheDaysThatAreNotZero_PutsThemInTheirPlaces()
    {
        var days = VelocityDays.Unpack(100, 0b10_0000_0000_0101, [1, 2, 3, 99]);

        Assert.Equal([1, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3], Enumerable.Range(0, 14).Select(age => days[age]));
        Assert.Equal(0, days.At(100));
        Assert.Equal(100, days.NewestDay);
    }

    [Theory]
    [InlineData(99, 8)]
    [InlineData(100, 8)]
    [InlineData(106, 8)]
    [InlineData(107, -8)]
    [InlineData(113, -8)]
    [InlineData(114, 0)]
    [InlineData(int.MaxValue, 0)]
    public void At_WhenDaysGoBy_GainsThenLosesThenForgets(int day, double expected) =>
        Assert.Equal(expected, VelocityDays.Unpack(100, 1, [8]).At(day));

    private static Velocity Of((byte Day, sbyte Points)[] parts)
    {
        var velocity = default(Velocity);
        foreach (var (day, points) in parts)
            velocity.Add(day % 40, points * 0.5);
        return velocity;
    }
}
