using LeadGrains.Host.Terminals;
using LeadGrains.V1;

namespace LeadGrains.Host.Clients;

/// <summary>A contact's signals, and those that no rule looks at.</summary>
internal static class SignalTables
{
    public static void Show(Terminal terminal, ListSignalsResponse answer)
    {
        var table = new TextTable().Left("received", "occurred", "type", "source", "outcome", "rules", "why");
        foreach (var recorded in answer.Signals)
        {
            var signal = recorded.Signal;
            table.Row([
                ScoreText.Exactly(recorded.ReceivedAt), signal.OccurredAt is { } occurred ? ScoreText.Exactly(occurred) : "when received",
                signal.Type, signal.Source.Length == 0 ? "-" : signal.Source, Name(recorded.Outcome),
                string.Join(", ", recorded.Rules), recorded.Reason]);
        }

        terminal.Table(table);
        terminal.Line($"{ScoreText.Of((long)answer.Signals.Count, "signal")}, the last to be received first.");
        if (answer.NextPageToken.Length > 0)
        {
            terminal.Line($"There are older ones: --page-token {answer.NextPageToken}");
        }
    }

    /// <summary>Which types of the signals no rule looks at, where there are any: a mistyped type is one of them.</summary>
    public static void ShowTypesWithoutRule(Terminal terminal, ListSignalsResponse answer)
    {
        var types = answer.Signals.Where(recorded => recorded.Outcome == SignalOutcome.NoRule)
            .GroupBy(recorded => recorded.Signal.Type, StringComparer.Ordinal)
            .Select(type => $"{type.Key} ({ScoreText.Of((long)type.Count(), "signal")})")
            .ToList();
        if (types.Count > 0)
        {
            var among = answer.NextPageToken.Length > 0 ? $" among the newest {ScoreText.Of((long)answer.Signals.Count)} signals" : "";
            terminal.Line($"No rule looks at these types of signals{among}: {string.Join(", ", types)}.");
        }
    }

    private static string Name(SignalOutcome outcome) => outcome switch
    {
        SignalOutcome.Counted => "counted",
        SignalOutcome.NoRule => "no rule",
        SignalOutcome.Duplicate => "duplicate",
        SignalOutcome.Limited => "limited",
        SignalOutcome.Machine => "machine",
        SignalOutcome.NoMatch => "no match",
        SignalOutcome.Waiting => "waiting",
        _ => "",
    };
}
