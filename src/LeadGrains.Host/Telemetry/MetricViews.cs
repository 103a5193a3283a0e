using System.Diagnostics.Metrics;
using OpenTelemetry.Metrics;

namespace LeadGrains.Host.Telemetry;

/// <summary>How measurements become figures: the bounds of histograms' buckets, by the unit of what they measure, and what is left out.</summary>
internal static class MetricViews
{
    // From what a call in memory takes to what nobody waits for.
    private static readonly double[] Seconds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

    private static readonly double[] Bytes = [1 << 10, 1 << 12, 1 << 14, 1 << 16, 1 << 18, 1 << 20, 1 << 22, 1 << 24, 1 << 26];

    private static readonly double[] Counts = [1, 2, 5, 10, 50, 100, 500, 1_000, 5_000, 10_000, 50_000];

    // Of a request the web server knows more than is worth a row of figures.
    private static readonly string[] RequestTags = ["http.request.method", "http.response.status_code", "http.route"];

    // Prometheus takes a name that ends in "count" for a part of a histogram, and nobody asks for these.
    private static readonly string[] LeftOut = ["dotnet.assembly.count", "dotnet.process.cpu.count", "dotnet.timer.count"];

    /// <summary>The view of one instrument; null for what needs none.</summary>
    public static MetricStreamConfiguration? Of(Instrument instrument)
    {
        if (LeftOut.Contains(instrument.Name))
        {
            return MetricStreamConfiguration.Drop;
        }

        if (instrument is not (Histogram<double> or Histogram<int> or Histogram<long>))
        {
            return null;
        }

        return new ExplicitBucketHistogramConfiguration
        {
            Boundaries = instrument.Unit switch { "s" => Seconds, "By" => Bytes, _ => Counts },
            TagKeys = instrument.Name == "http.server.request.duration" ? RequestTags : null,
        };
    }
}
