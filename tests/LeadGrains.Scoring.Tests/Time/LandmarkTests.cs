using FsCheck;
using FsCheck.Fluent;

namespace LeadGrains.Scoring.Tests.Time;

public class LandmarkTests
{
    [Fact]
    public void At_WhenAnyInstant_IsTheLastOneNotAfterIt()
    {
        var halfLife = Samples.Days(1);
        foreach (var day in new[] { 0.0, 0.1, 31.9, 32, 33, 20_000.5, -0.1, -32, -33 })
        {
            var now = Instant.Epoch + TimeSpan.FromDays(day);
            var start = Landmark.At(now, halfLife).StartOf(halfLife);
            Assert.True(start <= now && now < start + TimeSpan.FromDays(32), $"day {day}");
        }
    }

    [Fact]
    public void WeightAndFactor_WhenMultiplied_AreTheDecayBetween() =>
        Prop.ForAll(
            Gen.Choose(0, 100_000).Two().Zip(Gen.Choose(1, 365)).ToArbitrary(),
            sample =>
            {
                var ((first, second), days) = sample;
                var halfLife = Samples.Days(days);
                var at = Samples.Start + TimeSpan.FromMinutes(Math.Min(first, second));
                var query = Samples.Start + TimeSpan.FromMinutes(Math.Max(first, second));
                var landmark = Landmark.At(at, halfLife);
                var direct = Decay.Factor((query - at).Ticks, halfLife);
                var forward = landmark.WeightOf(at, halfLife) * landmark.FactorAt(query, halfLife);
                return Math.Abs(forward - direct) <= 1e-12 * direct;
            }).QuickCheckThrowOnFailure();

    [Fact]
    public void Rescale_WhenLandmarksDiffer_IsAnExactPowerOfTwo()
    {
        Assert.Equal(1, Landmark.Rescale(new Landmark(7), new Landmark(7)));
        Assert.Equal(Math.ScaleB(1, -32), Landmark.Rescale(new Landmark(7), new Landmark(8)));
        Assert.Equal(Math.ScaleB(1, 64), Landmark.Rescale(new Landmark(7), new Landmark(5)));
        Assert.Equal(0, Landmark.Rescale(new Landmark(0), new Landmark(40)));

    }

    // So a sum that was restated says to the bit what one says that was made anew.
    [Fact]
    public void Rescale_WhenLandmarksMove_GivesTheBitsOfTheNewOne() =>
        Prop.ForAll(
            Gen.Choose(0, int.MaxValue).Two().Zip(Gen.Choose(1, 365 * 24)).Zip(Gen.Choose(1, 20)).ToArbitrary(),
            sample =>
            {
                var (((first, second), hours), spans) = sample;
                var halfLife = Samples.Days(hours / 24.0);
                var at = new Instant(Samples.Start.Ticks + (first * 100_003L));
                var query = at + new TimeSpan(second * 100_019L);
                var before = Landmark.At(at, halfLife);
                var after = new Landmark(before.Index + spans);
                return before.WeightOf(at, halfLife) * Landmark.Rescale(before, after) == after.WeightOf(at, halfLife)
                    && before.FactorAt(query, halfLife) == after.FactorAt(query, halfLife) * Landmark.Rescale(before, after);
            }).QuickCheckThrowOnFailure();
}
