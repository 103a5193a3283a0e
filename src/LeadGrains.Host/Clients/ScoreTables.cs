using Google.Protobuf.Collections;
using LeadGrains.Host.Terminals;
using LeadGrains.V1;

namespace LeadGrains.Host.Clients;

/// <summary>Ranked answers as tables.</summary>
internal static class ScoreTables
{
    public static void Show(Terminal terminal, RankAccountsResponse answer)
    {
        var table = new TextTable().Right("#").Left("account", "name").Right("total", "fit", "intent", "points").Left("grade", "stage").Right("velocity", "engaged").Left("last signal");
        foreach (var row in answer.Accounts)
        {
            table.Row([
                ScoreText.Of(row.Rank), row.AccountId, row.Name, .. Figures(row.Score), ScoreText.Of(row.EngagedContacts), ScoreText.Of(row.LastSignalAt)]);
        }

        terminal.Table(table);
        ShowFoot(terminal, answer.Accounts.Count, answer.Matching, "account", answer.AsOf, answer.NextPageToken);
        ShowMissing(terminal, answer.MissingPartitions);
    }

    public static void Show(Terminal terminal, RankContactsResponse answer)
    {
        var table = new TextTable().Right("#").Left("contact", "account").Right("total", "fit", "intent", "points").Left("grade", "stage").Right("velocity").Left("last signal");
        foreach (var row in answer.Contacts)
        {
            table.Row([ScoreText.Of(row.Rank), row.ContactId, row.AccountId, .. Figures(row.Score), ScoreText.Of(row.LastSignalAt)]);
        }

        terminal.Table(table);
        ShowFoot(terminal, answer.Contacts.Count, answer.Matching, "contact", answer.AsOf, answer.NextPageToken);
        ShowMissing(terminal, answer.MissingPartitions);
    }

    private static string[] Figures(Score score) =>
    [
        ScoreText.Of(score.Total), ScoreText.Of(score.Fit), ScoreText.Of(score.Intent), ScoreText.Of(score.IntentPoints),
        score.Grade, score.Stage, ScoreText.Of(score.Velocity),
    ];

    private static void ShowFoot(Terminal terminal, int shown, ulong matching, string kind, Google.Protobuf.WellKnownTypes.Timestamp asOf, string nextPageToken)
    {
        terminal.Line($"{ScoreText.Of((long)shown)} of {ScoreText.Of(matching, kind)}, as of {ScoreText.Exactly(asOf)}.");
        if (nextPageToken.Length > 0)
        {
            terminal.Line($"More: --page-token {nextPageToken}");
        }
    }

    private static void ShowMissing(Terminal terminal, RepeatedField<uint> partitions)
    {
        if (partitions.Count > 0)
        {
            terminal.Complain($"Not complete: {ScoreText.Of((long)partitions.Count, "partition")} could not answer. Try again in a few seconds.");
        }
    }
}
