using System.Runtime.Intrinsics;
using LeadGrains.Grains.Ranking;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Tests.Ranking;

/// <summary>Every width that a processor may have, against the formulas as they are written for one row.</summary>
public sealed unsafe class RankKernelsTests
{
    private const int Blocks = 200;

    private static readonly ScoringModel Model = Models.Staged;

    private static readonly double[] Special =
        [0, -0.0, 1e-300, -1e-300, double.Epsilon, 5, -5, 1e300, -1e300, 60_000, 60_001, 6_000_000, 1e-12, 59.999999999999993, double.MaxValue];

    [Fact]
    public void Weigh_WhenRowsAreAccounts_HasTheBitsOfOneRowAtATime()
    {
        AssertWeighs<Lanes512, Vector512<double>>(isAccount: true, hasOwn: true);
        AssertWeighs<Lanes256, Vector256<double>>(isAccount: true, hasOwn: true);
        AssertWeighs<SingleLane, double>(isAccount: true, hasOwn: true);
    }

    [Fact]
    public void Weigh_WhenRowsHaveNoOwnPointsOrBreadth_HasTheBitsOfOneRowAtATime()
    {
        AssertWeighs<Lanes512, Vector512<double>>(isAccount: true, hasOwn: false);
        AssertWeighs<Lanes256, Vector256<double>>(isAccount: false, hasOwn: false);
        AssertWeighs<SingleLane, double>(isAccount: false, hasOwn: false);
    }

    [Fact]
    public void Score_WhenPointsAreOfEveryKind_HasTheBitsOfOneRowAtATime()
    {
        AssertScores<Lanes512, Vector512<double>>();
        AssertScores<Lanes256, Vector256<double>>();
        AssertScores<SingleLane, double>();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(double.NegativeInfinity)]
    [InlineData(double.PositiveInfinity)]
    public void AtLeast_WhenValuesAreOfEveryKind_SetsTheBitOfEach(double bound)
    {
        var values = Values(8);
        for (var block = 0; block < Blocks; block++)
        {
            var expected = Enumerable.Range(0, 64).Aggregate(0UL, (bits, i) => bits | (values[(block * 64) + i] >= bound ? 1UL << i : 0));
            fixed (double* from = &values[block * 64])
            {
                Assert.Equal(expected, RankKernels.AtLeast<Lanes512, Vector512<double>>(from, bound));
                Assert.Equal(expected, RankKernels.AtLeast<Lanes256, Vector256<double>>(from, bound));
                Assert.Equal(expected, RankKernels.AtLeast<SingleLane, double>(from, bound));
                Assert.Equal(expected, RankKernels.AtLeast(from, bound));
            }
        }
    }

    private static void AssertWeighs<TLanes, TVector>(bool isAccount, bool hasOwn)
        where TLanes : IRankLanes<TVector>
        where TVector : struct
    {
        var (a, b, own, engaged) = (Values(1), Values(2), Values(3), Values(4));
        var factors = new[] { 0.7, 0.3 };
        var points = new double[64];
        fixed (double* pa = a, pb = b, po = own, pe = engaged, pf = factors, to = points)
        {
            var sums = stackalloc double*[] { pa, pb };
            var owns = stackalloc double*[] { po, pa };
            var inputs = new RankInputs
            {
                Columns = 2,
                Sums = sums,
                Factors = pf,
                Engaged = isAccount ? pe : null,
                EngagedFactor = 0.3,
                BreadthStep = Model.BreadthStep,
                BreadthMax = Model.BreadthMax,
                OwnSums = hasOwn ? owns : null,
                OwnFactors = pf,
            };
            for (var row = 0; row < a.Length; row++)
            {
                if (row % 64 == 0)
                    RankKernels.Weigh<TLanes, TVector>(inputs, row, to);
                var expected = (0 + (a[row] * 0.7)) + (b[row] * 0.3);
                if (isAccount)
                    expected = Breadth.Factor(Model, engaged[row] * 0.3) * expected;
                if (hasOwn)
                    expected += (0 + (own[row] * 0.7)) + (a[row] * 0.3);
                Assert.Equal(Bits(expected), Bits(points[row % 64]));
            }
        }
    }

    private static void AssertScores<TLanes, TVector>()
        where TLanes : IRankLanes<TVector>
        where TVector : struct
    {
        var (points, fit) = (Values(5), Values(6));
        var (intent, total) = (new double[64], new double[64]);
        fixed (double* from = points, pf = fit, toIntent = intent, toTotal = total)
        {
            var inputs = new RankInputs { Fit = pf, HalfPoint = 60, FitWeight = Model.FitWeight, IntentWeight = Model.IntentWeight };
            for (var row = 0; row < points.Length; row++)
            {
                if (row % 64 == 0)
                    RankKernels.Score<TLanes, TVector>(inputs, row, from + row, toIntent, toTotal);
                Assert.Equal(Bits(Scores.Intent(points[row], 60)), Bits(intent[row % 64]));
                Assert.Equal(Bits(Scores.Total(Model, fit[row], intent[row % 64])), Bits(total[row % 64]));
            }
        }
    }

    private static double[] Values(int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, Blocks * 64).Select(i => i < Special.Length ? Special[(i + seed) % Special.Length]
            : (random.NextDouble() - 0.2) * Math.Pow(10, random.Next(-4, 5)))];
    }

    // Not-a-number has many bits; which ones is of no matter.
    private static long Bits(double value) => double.IsNaN(value) ? -1 : BitConverter.DoubleToInt64Bits(value);
}
