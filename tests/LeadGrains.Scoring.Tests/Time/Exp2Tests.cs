using System.Runtime.Intrinsics;

namespace LeadGrains.Scoring.Tests.Time;

public class Exp2Tests
{
    private static readonly double[] Extremes =
    [
        0, -0.0, 1, -1, 0.5, -0.5, 1.5, -1.5, 2.5, 1e-300, -1e-300, double.Epsilon, 1e-17, -1e-17,
        -999.5, -999.9999999999, -1000, -1000.0000000001, -1001, -1022, -1074, -1e9, -1e300, double.MinValue,
        1022.5, 1023, 1023.4999, 1023.5, 1023.5001, 1023.9999999999, 1024, 1025, 1e9, 1e300, double.MaxValue,
        double.PositiveInfinity, double.NegativeInfinity, double.NaN,
    ];

    [Fact]
    public void Of_WhenWholeNumber_IsThePowerExactly()
    {
        for (var n = -1000; n < 1024; n++)
            Assert.Equal(Math.ScaleB(1, n), Exp2.Of(n));
    }

    [Fact]
    public void Of_WhenAnyNumber_IsWithin1e15OfThePower()
    {
        foreach (var x in Numbers(seed: 11, count: 1_000_000).Where(x => x is >= -1000 and < 1024))
        {
            var expected = Math.Pow(2, x);
            Assert.True(Math.Abs(Exp2.Of(x) - expected) <= 1e-15 * expected, $"x = {x:R}");
        }
    }

    [Fact]
    public void Of_WhenFarOut_IsZeroOrInfinite()
    {
        Assert.Equal(Math.ScaleB(1, -1000), Exp2.Of(-1000));
        Assert.Equal(0, Exp2.Of(Math.BitDecrement(-1000)));
        Assert.Equal(0, Exp2.Of(double.NegativeInfinity));
        Assert.True(double.IsFinite(Exp2.Of(Math.BitDecrement(1024))));
        Assert.Equal(double.PositiveInfinity, Exp2.Of(1024));
        Assert.Equal(double.PositiveInfinity, Exp2.Of(double.PositiveInfinity));
        Assert.True(double.IsNaN(Exp2.Of(double.NaN)));
    }

    [Fact]
    public void Of_WhenInVectors_GivesTheBitsOfTheScalar()
    {
        var numbers = Extremes.Concat(Numbers(seed: 12, count: 400_000)).ToArray();
        for (var i = 0; i + 8 <= numbers.Length; i += 8)
        {
            var wide = Exp2.Of(Vector512.Create(numbers, i));
            var low = Exp2.Of(Vector256.Create(numbers, i));
            var high = Exp2.Of(Vector256.Create(numbers, i + 4));
            for (var lane = 0; lane < 8; lane++)
            {
                var expected = Exp2.Of(numbers[i + lane]);
                AssertSameBits(expected, wide[lane], numbers[i + lane]);
                AssertSameBits(expected, lane < 4 ? low[lane] : high[lane - 4], numbers[i + lane]);
            }
        }
    }

    [Fact]
    public void Of_OnEveryMachine_GivesThePinnedBits()
    {
        var hash = 14695981039346656037UL;
        for (var i = 0; i < 100_000; i++)
            hash = (hash ^ BitConverter.DoubleToUInt64Bits(Exp2.Of(-i * 0.0173 + 20))) * 1099511628211UL;
        // Computed once more outside .NET, with separate multiplications and additions.
        Assert.Equal(2356433375569017570UL, hash);
    }

    private static IEnumerable<double> Numbers(int seed, int count)
    {
        var random = new Random(seed);
        for (var i = 0; i < count; i++)
        {
            yield return (i % 4) switch
            {
                0 => random.NextDouble() * 2100 - 1050,
                1 => random.NextDouble() * 40 - 35,
                2 => random.Next(-1000, 1000) + (random.NextDouble() - 0.5) * 1e-9 + 0.5,
                _ => Math.ScaleB(random.NextDouble() - 0.5, random.Next(-60, 10)),
            };
        }
    }

    private static void AssertSameBits(double expected, double actual, double x) =>
        Assert.True(
            BitConverter.DoubleToInt64Bits(expected) == BitConverter.DoubleToInt64Bits(actual) || (double.IsNaN(expected) && double.IsNaN(actual)),
            $"2^{x:R}: {expected:R} and {actual:R}");
}
