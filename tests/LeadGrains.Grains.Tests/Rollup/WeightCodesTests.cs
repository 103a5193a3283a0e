using LeadGrains.Grains.Rollup;

namespace LeadGrains.Grains.Tests.Rollup;

public sealed class WeightCodesTests
{
    [Fact]
    public void CodeOf_WhenWeightsComeAgain_GivesTheSameCode()
    {
        var codes = new WeightCodes();
        var weights = new[] { 1, 1.5, 1, 0, 1.5, 1, 0.1 + 0.2 };

        var given = weights.Select(codes.CodeOf).ToList();

        Assert.Equal([0, 1, 0, 2, 1, 0, 3], given.Select(code => (int)code));
        Assert.Equal(weights, given.Select(code => codes[code]));
    }

    [Fact]
    public void CodeOf_WhenThereAreTooMany_Throws()
    {
        var codes = new WeightCodes();
        for (var i = 0; i < ushort.MaxValue; i++)
            codes.CodeOf(i);

        Assert.Throws<InvalidOperationException>(() => codes.CodeOf(-1));
        Assert.Equal(5, codes.CodeOf(5));
    }
}
