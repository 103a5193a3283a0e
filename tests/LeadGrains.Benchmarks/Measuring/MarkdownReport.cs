using System.Globalization;
using System.Text;

namespace LeadGrains.Benchmarks.Measuring;

/// <summary>A run's figures for people: the promises first, then a table for each experiment.</summary>
internal static class MarkdownReport
{
    public static string Of(Report report)
    {
        var text = new StringBuilder();
        AppendHead(text, report);
        AppendPromises(text, report);
        foreach (var outcome in report.Outcomes)
        {
            Append(text, outcome);
        }

        if (report.LeftOut.Count > 0)
        {
            text.Append("\n## Left out\n\n");
            text.AppendJoin("", report.LeftOut.Select(left => $"- {left}\n"));
        }

        return text.ToString();
    }

    private static void AppendHead(StringBuilder text, Report report)
    {
        var machine = report.Machine;
        text.Append(CultureInfo.InvariantCulture, $"# Benchmarks, {report.At:yyyy-MM-dd}\n\n");
        text.Append(CultureInfo.InvariantCulture, $"{machine.Processor}, {machine.Cores} cores, {machine.MemoryBytes / 1e9:0.0} GB; {machine.System}; {machine.Runtime}. ");
        text.Append(CultureInfo.InvariantCulture, $"Data on {machine.FileSystem}, where writing and flushing 8 KiB takes {machine.FlushMicroseconds.Median:N0} µs. ");
        text.Append("The load generator runs on the same cores, and everything on loopback.\n\n");
        text.Append("Figures are medians over the rounds of this run; a ratio is the figure divided by that of the table's first row in the same round: median (least to most).\n");
    }

    private static void AppendPromises(StringBuilder text, Report report)
    {
        text.Append("\n## What is promised\n\n| promise | bound | measured (least to most) | kept |\n|---|---|---|---|\n");
        foreach (var promise in Promises.All)
        {
            var findings = report.FindingsOf(promise).ToList();
            if (findings.Count == 0)
            {
                text.Append(CultureInfo.InvariantCulture, $"| {promise.Words} | {promise.Text} | not measured in this run | |\n");
            }

            foreach (var finding in findings)
            {
                var where = finding.Where.Length == 0 ? "" : $", {finding.Where}";
                text.Append(CultureInfo.InvariantCulture, $"| {promise.Words}{where} | {promise.Text} | {Show(finding.Measured, Format(promise))} | {(finding.IsKept ? "yes" : "no")} |\n");
            }
        }
    }

    private static string Format(Promise promise) => promise.Bound < 100 ? "0.00" : "N0";

    private static void Append(StringBuilder text, Outcome outcome)
    {
        List<Measure> figures = [.. outcome.Rows.SelectMany(row => row.Figures).Select(figure => figure.Measure).Distinct()];
        List<Measure> ratios = [.. outcome.Rows.SelectMany(row => row.Ratios).Select(ratio => ratio.Measure).Distinct()];
        text.Append(CultureInfo.InvariantCulture, $"\n## {outcome.Group}: {outcome.Name}\n\n| |");
        text.AppendJoin("", figures.Select(measure => $" {measure.Title} |")).AppendJoin("", ratios.Select(measure => $" {measure.Title}, ratio |"));
        text.Append("\n|---|").AppendJoin("", Enumerable.Repeat("---:|", figures.Count + ratios.Count)).Append('\n');
        foreach (var row in outcome.Rows)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {row.Name} |");
            text.AppendJoin("", figures.Select(measure => $" {row.Figure(measure)?.Median.ToString(measure.Format, CultureInfo.InvariantCulture)} |"));
            text.AppendJoin("", ratios.Select(measure => $" {(row.Ratio(measure) is { } ratio ? Show(ratio, "0.00") : "")} |"));
            text.Append('\n');
        }

        text.AppendJoin("", outcome.Notes.Select(note => $"\n{note}\n"));
    }

    private static string Show(Spread spread, string format) => spread.Least.Equals(spread.Most)
        ? spread.Median.ToString(format, CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{spread.Median.ToString(format, CultureInfo.InvariantCulture)} ({spread.Least.ToString(format, CultureInfo.InvariantCulture)} to {spread.Most.ToString(format, CultureInfo.InvariantCulture)})");
}
