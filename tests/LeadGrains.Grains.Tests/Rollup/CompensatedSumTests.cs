using LeadGrains.Grains.Rollup;

namespace LeadGrains.Grains.Tests.Rollup;

public sealed class CompensatedSumTests
{
    [Fact]
    public void Plus_WhenTermsAreTakenAwayAgain_LeavesNothing()
    {
        var random = new Random(3);
        var terms = Enumerable.Range(0, 1_000).Select(_ => random.NextDouble() * Math.Pow(2, random.Next(0, 20))).ToArray();
        var sum = default(CompensatedSum);
        foreach (var term in terms)
            sum = sum.Plus(term);
        random.Shuffle(terms);
        foreach (var term in terms)
            sum = sum.Plus(-term);

        Assert.InRange(Math.Abs(sum.Sum), 0, 1e-24);
    }

    [Fact]
    public void Plus_WhenTermsAreSmallBesideTheSum_LosesNone()
    {
        var sum = new CompensatedSum(1e16, 0);
        for (var i = 0; i < 1_000; i++)
            sum = sum.Plus(0.125);

        Assert.Equal(1e16 + 125, sum.Sum + sum.Rest, 0.0);
        Assert.InRange(Math.Abs(sum.Rest), 0, 1);
    }
}
