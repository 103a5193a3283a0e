using System.Globalization;
using System.Text.Json;
using LeadGrains.Host.Clients;
using LeadGrains.Host.Loading.Verification;
using LeadGrains.Host.Terminals;

namespace LeadGrains.Host.Loading;

/// <summary>The figures of a load test.</summary>
/// <param name="settings">What was asked.</param>
/// <param name="result">The run against the server.</param>
/// <param name="sink">The runs against the sink, before and after; empty where none was asked for.</param>
/// <param name="verification">Null where none was asked for or was possible.</param>
internal sealed class LoadReport(LoadSettings settings, LoadResult result, IReadOnlyList<LoadResult> sink, Comparison? verification)
{
    private static readonly double[] Shares = [0.5, 0.9, 0.99, 0.999];

    public bool IsClean => result.IsClean && (!settings.Verify || verification is { Differences: 0 });

    private double? SinkRate => sink.Count == 0 ? null : sink.Average(run => run.SignalsPerSecond);

    public void Show(Terminal terminal)
    {
        terminal.Line(Text(
            $"{result.SignalsPerSecond:N0} signals a second over {result.MeasuredTime.TotalSeconds:0.0} s; batches of {settings.Batch:N0} on {settings.Streams} streams; {settings.Contacts:N0} contacts of {settings.Accounts:N0} accounts; seed {settings.Seed}"));
        terminal.Line(Text(
            $"Sent {result.Sent:N0}: {result.Recorded:N0} recorded, {ScoreText.Of(result.Duplicates, "duplicate")}, {result.Rejected:N0} rejected, {result.Sent - result.Answered:N0} unanswered, {result.Unsent:N0} not sent in time"));
        ShowLatencies(terminal);
        ShowProcesses(terminal);
        ShowSink(terminal);
        ShowFaults(terminal);
        ShowVerification(terminal);
    }

    public string ToJson()
    {
        var figures = new Dictionary<string, object?>
        {
            ["signalsPerSecond"] = result.SignalsPerSecond,
            ["measuredSeconds"] = result.MeasuredTime.TotalSeconds,
            ["sent"] = result.Sent,
            ["answered"] = result.Answered,
            ["recorded"] = result.Recorded,
            ["duplicates"] = result.Duplicates,
            ["rejected"] = result.Rejected,
            ["unsent"] = result.Unsent,
            ["latencyMs"] = Shares.ToDictionary(Name, share => result.Latencies.Percentile(share).TotalMilliseconds)
                .Append(new("max", result.Latencies.Max.TotalMilliseconds)).ToDictionary(),
            ["faults"] = result.Faults,
            ["server"] = result.Server,
            ["clientProcessorSeconds"] = result.ClientProcessorTime.TotalSeconds,
            ["sinkSignalsPerSecond"] = SinkRate,
            ["verification"] = verification is null
                ? null
                : new { verification.Compared, verification.Differences, verification.WorstDeviation, verification.First },
            ["clean"] = IsClean,
        };
        return JsonSerializer.Serialize(figures, JsonOptions);
    }

    private static readonly JsonSerializerOptions JsonOptions = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    private void ShowLatencies(Terminal terminal)
    {
        var percentiles = Shares.Select(share => $"{Name(share)} {Milliseconds(result.Latencies.Percentile(share))}");
        terminal.Line($"Latency of a batch: {string.Join(", ", percentiles)}, max {Milliseconds(result.Latencies.Max)}");
    }

    private void ShowProcesses(Terminal terminal)
    {
        terminal.Line(Text($"Processor time: load test {result.ClientProcessorTime.TotalSeconds:0.0} s, server {Server(figures => Text($"{figures.ProcessorTime.TotalSeconds:0.0} s"))}"));
        terminal.Line("Server's memory: " + Server(figures => Text(
            $"{Mebibytes(figures.ResidentAtStart)} at the start, {Mebibytes(figures.ResidentPeak)} at most, {Mebibytes(figures.ResidentAtEnd)} at the end")));
    }

    private string Server(Func<ServerFigures, string> tell) =>
        result.Server is { } figures ? tell(figures) : $"not known ({settings.Http} does not answer; name the server's HTTP address with --http)";

    private void ShowSink(Terminal terminal)
    {
        if (SinkRate is { } rate)
        {
            var runs = string.Join(" and ", sink.Select(run => Text($"{run.SignalsPerSecond:N0}")));
            terminal.Line(Text($"A sink that only parses and acknowledges: {runs} signals a second; the server does {result.SignalsPerSecond / rate:0.00} of that"));
        }
    }

    private void ShowFaults(Terminal terminal)
    {
        foreach (var fault in result.Faults.Distinct(StringComparer.Ordinal))
        {
            terminal.Complain($"A stream broke: {fault}");
        }

        if (result.FirstRejection is { } rejection)
        {
            terminal.Complain($"The first rejection: {rejection.Field}: {rejection.Message}");
        }

        if (result.Unsent > 0)
        {
            terminal.Complain("The server did not keep up with the rate.");
        }
    }

    private void ShowVerification(Terminal terminal)
    {
        if (verification is null)
        {
            terminal.Line(settings.Verify ? "Not verified: not every signal was answered." : "Not verified: no --verify.");
            return;
        }

        terminal.Line(Text(
            $"Verified: {verification.Compared:N0} comparisons, {verification.Differences:N0} differences, greatest deviation {verification.WorstDeviation:0.0E+0}"));
        if (verification.LeftOut > 0)
        {
            terminal.Line(Text($"Not compared: {verification.LeftOut:N0} answers about more signals than rules keep of one contact or account."));
        }

        foreach (var difference in verification.First)
        {
            terminal.Complain(difference);
        }

        if (verification.Differences > 0 && result.Duplicates > 0)
        {
            terminal.Complain("There were duplicates: if an earlier run with this seed sent more than this one, its further signals are the difference.");
        }
    }

    private static string Name(double share) => Text($"p{share * 100:0.#}");

    private static string Milliseconds(TimeSpan time) => Text($"{time.TotalMilliseconds:0.0##} ms");

    private static string Mebibytes(long bytes) => Text($"{bytes / 1048576.0:N0} MiB");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
