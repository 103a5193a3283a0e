using System.Globalization;

namespace LeadGrains.Benchmarks.Running;

/// <summary>Says on standard error how far a run is; the report has standard output to itself.</summary>
internal static class Progress
{
    private static readonly long Began = TimeProvider.System.GetTimestamp();

    public static Task SayAsync(string what) => Console.Error.WriteLineAsync(string.Create(
        CultureInfo.InvariantCulture, $"{TimeProvider.System.GetElapsedTime(Began).TotalSeconds,5:0} s  {what}"));
}
