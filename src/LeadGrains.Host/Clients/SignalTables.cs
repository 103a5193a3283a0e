using LeadGrains.Host.Terminals;
using LeadGrains.V1;

namespace LeadGrains.Host.Clients;

/// <summary>A contact's signals.</summary>
internal static class SignalTables
{
    public static void Show(Terminal terminal, ListSignalsResponse answer)
    {
        var table = new TextTable().Left("received", "occurred", "type", "source", "outcome", "rules", "why");
        foreach (var recorded in answer.Signals)
        {
            var signal = recorded.Signal;
            table.Row([
                ScoreText.Of(recorded.ReceivedAt), ScoreText.Of(signal.OccurredAt), signal.Type, signal.Source, Name(recorded.Outcome),
                string.Join(", ", recorded.Rules), recorded.Reason]);
        }

        terminal.Table(table);
        if (answer.NextPageToken.Length > 0)
        {
            terminal.Line($"There are older ones: --page-token {answer.NextPageToken}");
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
        _ => "",
    };
}
