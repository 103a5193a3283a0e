using static LeadGrains.Scoring.Markdown;

namespace LeadGrains.Scoring;

/// <summary>How far along somebody is, and what else follows from the course of a score.</summary>
internal static class StageSection
{
    public static void Write(Markdown text, ScoringModel model)
    {
        text.Heading(2, "Stages");
        text.Paragraph("A stage is entered when the total reaches its level and the fit is enough, and kept until the total falls below the lower level. The last that holds counts; the first is held from the start.");
        WriteLadder(text, "Contacts", model.ContactStages);
        WriteLadder(text, "Accounts", model.AccountStages);
        WriteThresholds(text, model);
        List<string> more = [];
        if (model.DormantAfter != TimeSpan.MaxValue)
            more.Add($"Dormant is who sent no signal for {Duration(model.DormantAfter)}; a signal after that wakes up.");
        if (model.Surge is { } surge)
            more.Add($"An account surges when seven days bring {Count(surge.Points, "point")} or more, and {Number(surge.Ratio)} times what the seven days before brought.");
        if (more.Count > 0)
            text.List(more);
    }

    private static void WriteThresholds(Markdown text, ScoringModel model)
    {
        if (model.ContactThresholds.IsEmpty && model.AccountThresholds.IsEmpty)
            return;
        text.Heading(3, "Thresholds");
        text.Paragraph("Whoever wants to know is told when a score reaches a threshold, and when it falls below the lower level again.");
        text.Table(["of", "name", "score", "reached at", "left below"], [.. Rows("contacts", model.ContactThresholds), .. Rows("accounts", model.AccountThresholds)]);
    }

    private static IEnumerable<string[]> Rows(string whose, ThresholdSet thresholds) => thresholds.All.Select(
        threshold => (string[])[whose, threshold.Name, WordOf(threshold.Score), Number(threshold.Enter), Number(threshold.Leave)]);

    private static string WordOf(ScoreKind score) => score switch
    {
        ScoreKind.Fit => "fit",
        ScoreKind.Intent => "intent",
        _ => "total",
    };

    private static void WriteLadder(Markdown text, string whose, StageLadder ladder)
    {
        if (ladder.Stages.IsEmpty)
            return;
        text.Heading(3, whose);
        text.Table(
            ["stage", "entered at a total of", "left below", "fit of at least", "not again for"],
            ladder.Stages.Select((stage, i) => i == 0
                ? (string[])[stage.Name, "the start", "", "", ""]
                : [stage.Name, Number(stage.Enter), Number(stage.Leave), Number(stage.MinFit), stage.CoolDown == TimeSpan.Zero ? "" : Duration(stage.CoolDown)]));
    }
}
