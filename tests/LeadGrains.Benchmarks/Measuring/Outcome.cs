namespace LeadGrains.Benchmarks.Measuring;

/// <summary>What a comparison found.</summary>
/// <param name="Group">What it belongs to.</param>
/// <param name="Name">The work.</param>
/// <param name="Figures">The limit first.</param>
internal sealed record Outcome(string Group, string Name, IReadOnlyList<Figures> Figures);

/// <summary>A contender's figures: medians over the rounds.</summary>
/// <param name="Name">The contender.</param>
/// <param name="PerSecond">Operations a second.</param>
/// <param name="ProcessorMicroseconds">Processor time an operation, clients and server together.</param>
/// <param name="AllocatedBytes">Bytes allocated an operation, clients and server together.</param>
/// <param name="Time">How many times the limit's time an operation takes.</param>
/// <param name="Processor">How many times the limit's processor time an operation takes.</param>
internal sealed record Figures(string Name, double PerSecond, double ProcessorMicroseconds, double AllocatedBytes, Ratio Time, Ratio Processor)
{
    public static Figures Of(string name, IReadOnlyList<Sample> samples, IReadOnlyList<Sample> limit) => new(
        name,
        Median(samples.Select(sample => sample.PerSecond)),
        Median(samples.Select(sample => sample.ProcessorMicroseconds)),
        Median(samples.Select(sample => sample.AllocatedPerOperation)),
        Ratio.Of(samples.Zip(limit, (mine, its) => its.PerSecond / mine.PerSecond)),
        Ratio.Of(samples.Zip(limit, (mine, its) => mine.ProcessorMicroseconds / its.ProcessorMicroseconds)));

    private static double Median(IEnumerable<double> values) => Ratio.Of(values).Median;
}

/// <summary>A ratio taken round by round, so that what slows a whole round does not count.</summary>
internal sealed record Ratio(double Least, double Median, double Most)
{
    public static Ratio Of(IEnumerable<double> rounds)
    {
        double[] sorted = [.. rounds.Order()];
        return new Ratio(sorted[0], (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2, sorted[^1]);
    }
}
