using LeadGrains.Host.Loading;

namespace LeadGrains.Host.Tests.Loading;

public sealed class LatencyHistogramTests
{
    private const double Resolution = 1.0 / 128;

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.9)]
    [InlineData(0.99)]
    [InlineData(0.999)]
    [InlineData(1)]
    public void Percentile_WhenLatenciesAreKnown_IsWithinTheResolution(double share)
    {
        const int Seed = 7;
        var random = new Random(Seed);
        var histogram = new LatencyHistogram();
        var all = new List<double>();
        for (var i = 0; i < 20_000; i++)
        {
            var microseconds = Math.Round(Math.Exp(random.NextDouble() * 15));
            all.Add(microseconds);
            histogram.Record(TimeSpan.FromMicroseconds(microseconds));
        }

        all.Sort();
        var exact = all[(int)Math.Ceiling(share * all.Count) - 1];
        var shown = histogram.Percentile(share).TotalMicroseconds;

        Assert.True(shown >= exact && shown <= exact * (1 + Resolution), $"seed {Seed}: {shown} for {exact}");
    }

    [Fact]
    public void Percentile_WhenNothingIsRecorded_IsZero() => Assert.Equal(TimeSpan.Zero, new LatencyHistogram().Percentile(0.99));

    [Fact]
    public void Percentile_WhenTheLatencyIsBeyondTheRange_IsTheGreatestOfTheRange()
    {
        var histogram = new LatencyHistogram();

        histogram.Record(TimeSpan.FromDays(2));

        Assert.InRange(histogram.Percentile(1).TotalHours, 1, 1 + Resolution);
        Assert.Equal(TimeSpan.FromDays(2), histogram.Max);
    }

    [Fact]
    public void Percentile_WhenLatenciesWereRecordedManyTimes_CountsEach()
    {
        var histogram = new LatencyHistogram();

        histogram.Record(TimeSpan.FromMicroseconds(10), times: 99);
        histogram.Record(TimeSpan.FromMicroseconds(100), times: 1);

        Assert.Equal(10, histogram.Percentile(0.99).TotalMicroseconds);
        Assert.Equal(100, histogram.Percentile(0.991).TotalMicroseconds);
    }

    [Fact]
    public void Add_WhenTwoAreMerged_HoldsBoth()
    {
        var left = new LatencyHistogram();
        var right = new LatencyHistogram();
        left.Record(TimeSpan.FromMilliseconds(1));
        right.Record(TimeSpan.FromMilliseconds(4));

        left.Add(right);

        Assert.Equal(2, left.Count);
        Assert.Equal(TimeSpan.FromMilliseconds(4), left.Max);
        Assert.Equal(TimeSpan.FromMilliseconds(4), left.Percentile(1));
    }
}
