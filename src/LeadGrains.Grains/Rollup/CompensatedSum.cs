namespace LeadGrains.Grains.Rollup;

/// <summary>
/// A sum and the rounding error that it has gathered, kept apart so that adding and taking away again leaves next to
/// nothing behind (Neumaier 1974, with Knuth's two-sum in place of the comparison).
/// </summary>
/// <param name="Sum">The rounded sum.</param>
/// <param name="Rest">What is missing from it; at most half a unit in its last place.</param>
internal readonly record struct CompensatedSum(double Sum, double Rest)
{
    /// <summary>The sum with one term more.</summary>
    public CompensatedSum Plus(double term)
    {
        var (sum, error) = TwoSum(Sum, term);
        var (rounded, rest) = TwoSum(sum, Rest + error);
        return new CompensatedSum(rounded, rest);
    }

    private static (double Sum, double Error) TwoSum(double a, double b)
    {
        var sum = a + b;
        var part = sum - a;
        return (sum, (a - (sum - part)) + (b - part));
    }
}
