using Google.Protobuf.Collections;
using LeadGrains.Host.Terminals;
using LeadGrains.V1;

namespace LeadGrains.Host.Clients;

/// <summary>One contact or account, and what its score is made of.</summary>
internal static class ExplanationTables
{
    public static void Show(Terminal terminal, GetContactResponse answer) => Show(terminal, answer.Contact);

    public static void Show(Terminal terminal, MergeContactsResponse answer) => Show(terminal, answer.Contact);

    public static void Show(Terminal terminal, GetAccountResponse answer) => Show(terminal, answer.Account);

    public static void Show(Terminal terminal, ExplainContactResponse answer)
    {
        Show(terminal, answer.Contact);
        ShowParts(terminal, answer.Parts, answer.Contact.Score, ofAccount: false);
    }

    public static void Show(Terminal terminal, ExplainAccountResponse answer) => Show(terminal, answer, int.MaxValue);

    /// <summary>Shows the parts that are worth most, and how many more there are.</summary>
    public static void Show(Terminal terminal, ExplainAccountResponse answer, int mostParts)
    {
        Show(terminal, answer.Account);
        ShowParts(terminal, answer.Parts, answer.Account.Score, ofAccount: true, mostParts);
    }

    private static void Show(Terminal terminal, Contact contact)
    {
        terminal.Line($"Contact {contact.ContactId}{Known(", ", contact.Email)}");
        if (contact.MergedContactIds.Count > 0)
        {
            terminal.Line($"Known as well by {string.Join(", ", contact.MergedContactIds)}");
        }

        terminal.Line(contact.AccountId.Length == 0
            ? $"No account is known: {contact.AccountMatchReason}"
            : $"Account {contact.AccountId} ({contact.AccountMatch}, confidence {ScoreText.Share(contact.AccountMatchConfidence)}): {contact.AccountMatchReason}");
        ShowScore(terminal, contact.Score);
        terminal.Line($"{ScoreText.Of(contact.SignalCount, "signal")}{Known(", the last at ", ScoreText.Exactly(contact.LastSignalAt))}{Known(", role ", contact.Role)}");
        ShowActivity(terminal, surging: false, contact.Dormant, contact.WokeUpAt);
        ShowTraits(terminal, contact.Traits, contact.Disqualified, contact.DisqualifiedReason);
    }

    private static void Show(Terminal terminal, Account account)
    {
        terminal.Line(
            $"Account {account.AccountId}{Known(", ", account.Name)}{Known(", domains ", string.Join(", ", account.Domains))}"
            + $"{Known(", also named ", string.Join(", ", account.CompanyNames))}{Known(", part of ", account.ParentAccountId)}");
        ShowScore(terminal, account.Score);
        terminal.Line(
            $"{ScoreText.Of((long)account.ContactCount, "contact")}, {ScoreText.Of(account.EngagedContacts)} engaged{Known(", last signal at ", ScoreText.Exactly(account.LastSignalAt))}");
        if (account.BuyingGroup is { } group)
            terminal.Line(ScoreText.Of(group));
        ShowActivity(terminal, account.Surging, account.Dormant, account.WokeUpAt);
        ShowTraits(terminal, account.Traits, account.Disqualified, account.DisqualifiedReason);
    }

    private static void ShowScore(Terminal terminal, Score score)
    {
        terminal.Line(
            $"Total {ScoreText.Of(score.Total)}: fit {ScoreText.Of(score.Fit)}, intent {ScoreText.Of(score.Intent)} from {ScoreText.Of(score.IntentPoints)} points; grade {score.Grade}{Known(", stage ", score.Stage)}");
        terminal.Line($"Velocity {ScoreText.Of(score.Velocity)}; as of {ScoreText.Exactly(score.AsOf)} under model version {score.ModelVersion}");
    }

    private static void ShowActivity(Terminal terminal, bool surging, bool dormant, Google.Protobuf.WellKnownTypes.Timestamp? wokeUpAt)
    {
        if (surging)
        {
            terminal.Line("Surging: gains far more points than in the days before");
        }

        if (dormant)
        {
            terminal.Line("Dormant: no signal for as long as the model says");
        }

        if (wokeUpAt is not null)
        {
            terminal.Line($"Woke up at {ScoreText.Exactly(wokeUpAt)}, after a time without signals");
        }
    }

    private static void ShowTraits(Terminal terminal, Google.Protobuf.WellKnownTypes.Struct? traits, bool disqualified, string reason)
    {
        if (traits is { Fields.Count: > 0 })
        {
            var named = traits.Fields.OrderBy(field => field.Key, StringComparer.Ordinal)
                .Select(field => $"{field.Key} {Google.Protobuf.JsonFormatter.Default.Format(field.Value)}");
            terminal.Line("Traits: " + string.Join(", ", named));
        }

        if (disqualified)
        {
            terminal.Line($"Disqualified{Known(": ", reason)}");
        }
    }

    private static void ShowParts(Terminal terminal, RepeatedField<ScorePart> parts, Score score, bool ofAccount, int most = int.MaxValue)
    {
        var table = new TextTable().Left("of", "what", "rule", "group");
        table = (ofAccount ? table.Left("contact") : table).Right("points", "signals").Left("last", "why");
        foreach (var part in parts.OrderBy(part => part.Dimension).ThenByDescending(part => Math.Abs(part.Points)).Take(most))
        {
            string[] contact = ofAccount ? [part.ContactId] : [];
            string count = part.Count == 0 ? "" : ScoreText.Of((ulong)part.Count);
            table.Row([
                Name(part.Dimension), part.Label, part.Rule, part.Group, .. contact, ScoreText.Precise(part.Points), count, ScoreText.Of(part.LastOccurredAt),
                part.Reason]);
        }

        terminal.Line();
        terminal.Table(table);
        if (parts.Count > most)
        {
            terminal.Line($"And {ScoreText.Of((long)(parts.Count - most))} more that are worth less.");
        }

        terminal.Line($"Sum: fit {ScoreText.Precise(Sum(parts, Dimension.Fit))} of {ScoreText.Precise(score.Fit)}, " +
            $"intent points {ScoreText.Precise(Sum(parts, Dimension.Intent))} of {ScoreText.Precise(score.IntentPoints)}.");
    }

    private static double Sum(RepeatedField<ScorePart> parts, Dimension dimension) =>
        parts.Where(part => part.Dimension == dimension).Sum(part => part.Points);

    private static string Name(Dimension dimension) => dimension == Dimension.Fit ? "fit" : "intent";

    private static string Known(string before, string text) => text.Length == 0 ? "" : before + text;
}
