using LeadGrains.Host.Loading.Verification;

namespace LeadGrains.Host.Tests.Loading.Verification;

public sealed class ComparisonTests
{
    [Fact]
    public void Number_WhenTheDeviationIsSmall_IsNoDifference()
    {
        var comparison = new Comparison();

        comparison.Number("a", 1_000_000, 1_000_000.5);
        comparison.Number("b", 0, 1e-7);

        Assert.Equal(0, comparison.Differences);
        Assert.Equal(2, comparison.Compared);
        Assert.InRange(comparison.WorstDeviation, 4.9e-7, 5.1e-7);
    }

    [Theory]
    [InlineData(1.00001)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Number_WhenTheDeviationIsGreat_IsADifferenceWithItsName(double actual)
    {
        var comparison = new Comparison();

        comparison.Number("points of x", 1, actual);

        Assert.Equal(1, comparison.Differences);
        Assert.StartsWith("points of x is ", Assert.Single(comparison.First), StringComparison.Ordinal);
    }
}
