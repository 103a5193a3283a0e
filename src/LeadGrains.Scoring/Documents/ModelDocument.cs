using static LeadGrains.Scoring.Markdown;

namespace LeadGrains.Scoring;

/// <summary>A model as a document for people who have never seen one.</summary>
public static class ModelDocument
{
    /// <summary>The document, as Markdown. The same model gives the same text.</summary>
    public static string Write(ScoringModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        var text = new Markdown();
        text.Heading(1, $"The scoring model {model.Name}");
        WriteScore(text, model);
        ModelExamples.Write(text, model);
        WriteGroups(text, model);
        MachineSection.Write(text, model);
        PeopleSection.Write(text, model);
        StageSection.Write(text, model);
        return text.ToString().TrimEnd() + "\n";
    }

    private static void WriteScore(Markdown text, ScoringModel model)
    {
        text.Heading(2, "How a score comes about");
        text.Paragraph("A **signal** is something that a person or a company did. Rules give **points** for signals, and points fade: after each half-life of their group, half is left.");
        text.List(
        [
            "**Fit**, 0 to 100, says how well a person or a company matches the customers that are wanted. It comes from traits and does not fade.",
            $"**Intent**, 0 to 100, says how much interest they show now. It is 100 · (1 − 2^(−points / {Number(model.HalfPoint(account: false))})): {Count(model.HalfPoint(account: false), "point")} make 50, twice as many 75. For an account {Count(model.HalfPoint(account: true), "point")} make 50.",
            $"**Total** is {Number(model.FitWeight)} · fit + {Number(model.IntentWeight)} · intent.",
            $"**Grade** is a letter for fit (A from {Levels(model.Grade.Fit, "ABC")}, else D) and a number for intent (1 from {Levels(model.Grade.Intent, "123")}, else 4).",
        ]);
        text.Paragraph(
            $"An **account** adds up what its people did, each times the weight of the role, and what was seen of it as a whole. Each engaged person beyond the first adds {Number(100 * model.BreadthStep)} % to what its people bring, up to {Number(model.BreadthMax)} times. A person's engagement halves every {Duration(model.EngagedHalfLife.ToTimeSpan())}.");
    }

    private static string Levels(IReadOnlyList<double> levels, string names) =>
        $"{Number(levels[0])}, {names[1]} from {Number(levels[1])}, {names[2]} from {Number(levels[2])}";

    private static void WriteGroups(Markdown text, ScoringModel model)
    {
        text.Heading(2, "What counts");
        text.Paragraph("Every rule that matches a signal gives its points to its group. A group's points fade together and are bounded together: what lies above the cap or below the floor is taken away, and explanations show it.");
        foreach (var group in model.Groups)
        {
            text.Heading(3, group.Name);
            var bounds = (group.Cap, group.Floor) switch
            {
                ({ } cap, { } floor) => $"It holds from {Number(floor)} to {Count(cap, "point")}.",
                ({ } cap, null) => $"It holds at most {Count(cap, "point")}.",
                (null, { } floor) => $"It holds no less than {Count(floor, "point")}.",
                _ => "It has no bounds.",
            };
            text.Paragraph($"Half of its points are left after {Duration(group.HalfLife.ToTimeSpan())}, a quarter after twice that. {bounds}");
            var rules = model.Rules.Where(rule => rule.Group == group.Index).ToList();
            if (rules.Count > 0)
                text.List(rules.Select(rule => RuleSentence.Of(model, rule)));
        }

        if (model.Channels is { } channels)
        {
            text.Heading(3, "Channels");
            text.Paragraph($"Positive points of a signal are multiplied where its {Code(channels.Attribute)} is one of these, unless the rule says otherwise.");
            text.Table(["channel", "factor"], channels.Factors.Select(factor => (string[])[factor.Name.Text, Number(factor.Factor)]));
        }
    }
}
