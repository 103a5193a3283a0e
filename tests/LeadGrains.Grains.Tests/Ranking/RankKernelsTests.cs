using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using LeadGrains.Grains.Ranking;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Tests.Ranking;

public sealed class RankKernelsTests
{
    private const int Count = 64 * 200;

    private static readonly double[] Special =
        [0, -0.0, 1e-300, -1e-300, double.Epsilon, 5, -5, 1e300, -1e300, 60_000, 60_001, 6_000_000, 1e-12, 59.999999999999993, double.MaxValue];

    [Fact]
    public void Saturate_WhenDoneManyAtATime_HasTheBitsOfOneAtATime()
    {
        var points = Values(1);
        var expected = points.Select(value => Bits(Scores.Intent(value, 60))).ToList();
        var intent = new double[Count];

        RankKernels.Saturate(points, intent, 60);
        Assert.Equal(expected, intent.Select(Bits));

        RankKernels.SaturateNarrow(MemoryMarshal.Cast<double, Vector256<double>>(points), MemoryMarshal.Cast<double, Vector256<double>>(intent.AsSpan()), 60);
        Assert.Equal(expected, intent.Select(Bits));

        RankKernels.SaturateWide(MemoryMarshal.Cast<double, Vector512<double>>(points), MemoryMarshal.Cast<double, Vector512<double>>(intent.AsSpan()), 60);
        Assert.Equal(expected, intent.Select(Bits));
    }

    [Fact]
    public void Broaden_WhenDoneManyAtATime_HasTheBitsOfOneAtATime()
    {
        var (points, engaged) = (Values(2), Values(3));
        var expected = points.Zip(engaged, (value, contacts) => Bits(Breadth.Factor(Models.Staged, contacts * 0.3) * value)).ToList();

        RankKernels.Broaden(points, engaged, 0.3, Models.Staged);

        Assert.Equal(expected, points.Select(Bits));
    }

    [Fact]
    public void Combine_WhenDoneManyAtATime_HasTheBitsOfOneAtATime()
    {
        var (fit, intent) = (Values(4), Values(5));
        var total = new double[Count];

        RankKernels.Combine(fit, intent, total, Models.Staged);

        Assert.Equal(fit.Zip(intent, (f, i) => Bits(Scores.Total(Models.Staged, f, i))), total.Select(Bits));
    }

    [Fact]
    public void Add_WhenDoneManyAtATime_HasTheBitsOfOneAtATime()
    {
        var (points, sums) = (Values(6), Values(7));
        var expected = points.Zip(sums, (value, sum) => Bits(value + sum * 0.7)).ToList();

        RankKernels.Add(points, sums, 0.7);

        Assert.Equal(expected, points.Select(Bits));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(double.NegativeInfinity)]
    [InlineData(double.PositiveInfinity)]
    public void AtLeast_WhenDoneManyAtATime_SetsTheBitOfEach(double least)
    {
        var values = Values(8);
        for (var first = 0; first < Count; first += 64)
        {
            var bits = RankKernels.AtLeast(values.AsSpan(first, 64), least);
            for (var i = 0; i < 64; i++)
                Assert.Equal(values[first + i] >= least, (bits >> i & 1) != 0);
        }
    }

    private static double[] Values(int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, Count).Select(i => i < Special.Length ? Special[i]
            : (random.NextDouble() - 0.2) * Math.Pow(10, random.Next(-4, 5)))];
    }

    private static long Bits(double value) => BitConverter.DoubleToInt64Bits(value);
}
