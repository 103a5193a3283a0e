using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace LeadGrains.Benchmarks.Measuring;

/// <summary>One run's figures, for people and for programs.</summary>
internal sealed record Report(DateTimeOffset At, string Machine, IReadOnlyList<Outcome> Outcomes)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    public static string ThisMachine => string.Create(
        CultureInfo.InvariantCulture,
        $"{Environment.ProcessorCount} cores, {RuntimeInformation.ProcessArchitecture}, {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}");

    public string ToJson() => JsonSerializer.Serialize(this, Indented);

    public string ToMarkdown()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"# Benchmarks, {At:yyyy-MM-dd}\n{Machine}. Every ratio is within one run: median (least to most) over its rounds.\n");
        foreach (var outcome in Outcomes)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n## {outcome.Group}: {outcome.Name}\n| | a second | CPU µs each | bytes allocated each | time, ratio | CPU, ratio |\n|---|---:|---:|---:|---:|---:|\n");
            foreach (var figures in outcome.Figures)
            {
                text.Append(CultureInfo.InvariantCulture, $"| {figures.Name} | {figures.PerSecond:N0} | {figures.ProcessorMicroseconds:0.0} | {figures.AllocatedBytes:N0} | {Show(figures.Time)} | {Show(figures.Processor)} |\n");
            }
        }

        return text.ToString();
    }

    private static string Show(Ratio ratio) => string.Create(CultureInfo.InvariantCulture, $"{ratio.Median:0.00} ({ratio.Least:0.00} to {ratio.Most:0.00})");
}
