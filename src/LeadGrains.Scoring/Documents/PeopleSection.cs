using static LeadGrains.Scoring.Markdown;

namespace LeadGrains.Scoring;

/// <summary>What traits mean: fit, roles, and who is left out.</summary>
internal static class PeopleSection
{
    public static void Write(Markdown text, ScoringModel model)
    {
        text.Heading(2, "Who fits");
        text.Paragraph("The points of all lines that hold are added and held between 0 and 100.");
        WriteFit(text, "Contacts", model.ContactFit);
        WriteFit(text, "Accounts", model.AccountFit);
        if (!model.Roles.IsEmpty)
        {
            text.Heading(3, "Roles");
            text.Paragraph("How much a contact's points count for its account: the first line that holds, else 1.");
            text.Table(["role", "if", "weight"], model.Roles.Select(role => (string[])[role.Name, If(role.Condition), Number(role.Weight)]));
        }

        if (!model.BuyingGroup.IsEmpty)
            text.Paragraph($"It takes these roles to decide: {string.Join(", ", model.BuyingGroup.Select(role => Code(model.Roles[role].Name)))}.");
        WriteDisqualifiers(text, "a contact", model.ContactDisqualifiers);
        WriteDisqualifiers(text, "an account", model.AccountDisqualifiers);
    }

    private static void WriteFit(Markdown text, string whose, IReadOnlyCollection<FitRule> rules)
    {
        if (rules.Count == 0)
            return;
        text.Heading(3, whose);
        text.Table(
            ["what", "name", "if", "points"],
            rules.Select(rule => (string[])[rule.Label, Code(rule.Name), If(rule.Condition), Number(rule.Points)]));
    }

    private static void WriteDisqualifiers(Markdown text, string kind, IReadOnlyCollection<Disqualifier> disqualifiers)
    {
        if (disqualifiers.Count == 0)
            return;
        text.Paragraph($"Disqualified, with its score kept but left out of rankings, is {kind} where one of these holds:");
        text.Table(["name", "if", "reason"], disqualifiers.Select(each => (string[])[each.Name, If(each.Condition), each.Reason]));
    }

    private static string If(Condition condition) => $"{Code(condition.Name)} {condition.Asks}";
}
