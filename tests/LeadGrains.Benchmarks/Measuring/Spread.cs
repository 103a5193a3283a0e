namespace LeadGrains.Benchmarks.Measuring;

/// <summary>A figure over the rounds of a run; all three are the same where there was one round.</summary>
internal sealed record Spread(double Least, double Median, double Most)
{
    public static Spread Of(double only) => new(only, only, only);

    public static Spread Of(IEnumerable<double> rounds)
    {
        double[] sorted = [.. rounds.Order()];
        return new Spread(sorted[0], (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2, sorted[^1]);
    }
}
