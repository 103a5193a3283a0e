namespace LeadGrains.Benchmarks.Measuring;

/// <summary>A kind of figure: a column of the report, with its unit in the title.</summary>
/// <param name="Key">Its name in the JSON.</param>
/// <param name="Title">The column's title.</param>
/// <param name="Format">How the number is shown.</param>
internal sealed record Measure(string Key, string Title, string Format = "N0")
{
    public static Measure PerSecond { get; } = new("perSecond", "a second");

    public static Measure Processor { get; } = new("processorMicroseconds", "CPU µs each", "0.00");

    public static Measure ServerProcessor { get; } = new("serverProcessorMicroseconds", "server CPU µs each", "0.00");

    public static Measure GeneratorProcessor { get; } = new("generatorProcessorMicroseconds", "generator CPU µs each", "0.00");

    public static Measure Allocated { get; } = new("allocatedBytes", "bytes allocated each");

    public static Measure P50 { get; } = new("p50Milliseconds", "p50 ms", "0.000");

    public static Measure P99 { get; } = new("p99Milliseconds", "p99 ms", "0.000");

    public static Measure P999 { get; } = new("p999Milliseconds", "p99.9 ms", "0.000");

    public static Measure Longest { get; } = new("longestMilliseconds", "longest ms", "0.000");

    public static Measure Seconds { get; } = new("seconds", "seconds", "0.00");

    public static Measure Mebibytes { get; } = new("mebibytes", "MiB");
}
