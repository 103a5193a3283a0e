using LeadGrains.Host.Terminals;
using LeadGrains.V1;

namespace LeadGrains.Host.Clients;

/// <summary>What SDKs sent in vain.</summary>
internal static class RefusalTables
{
    public static void Show(Terminal terminal, ListRefusalsResponse answer)
    {
        var table = new TextTable().Left("received", "path", "message", "type", "why");
        foreach (var refusal in answer.Refusals)
        {
            table.Row([ScoreText.Exactly(refusal.ReceivedAt), refusal.Path, OrDash(refusal.MessageId), OrDash(refusal.Type), refusal.Message]);
        }

        terminal.Table(table);
        terminal.Line($"{ScoreText.Of((long)answer.Refusals.Count, "refusal")}, the newest first, of {ScoreText.Of((long)answer.Total)} since the server started.");
    }

    private static string OrDash(string text) => text.Length == 0 ? "-" : text;
}
