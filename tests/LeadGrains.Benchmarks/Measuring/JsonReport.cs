using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace LeadGrains.Benchmarks.Measuring;

/// <summary>A run's figures for programs.</summary>
internal static class JsonReport
{
    private static readonly JsonSerializerOptions Indented = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    public static string Of(Report report) => JsonSerializer.Serialize(
        new
        {
            report.At,
            report.Machine,
            Promises = Promises.All.Select(promise => new
            {
                promise.Words,
                promise.Bound,
                promise.IsAtLeast,
                promise.Unit,
                Findings = report.FindingsOf(promise).Select(finding => new { finding.Where, finding.Measured, finding.IsKept }),
            }),
            Outcomes = report.Outcomes.Select(outcome => new
            {
                outcome.Group,
                outcome.Name,
                Rows = outcome.Rows.Select(row => new { row.Name, Figures = ByKey(row.Figures), Ratios = ByKey(row.Ratios) }),
                outcome.Notes,
            }),
            report.LeftOut,
        },
        Indented);

    private static Dictionary<string, Spread> ByKey(IEnumerable<(Measure Measure, Spread Spread)> figures) =>
        figures.ToDictionary(figure => figure.Measure.Key, figure => figure.Spread, StringComparer.Ordinal);
}
