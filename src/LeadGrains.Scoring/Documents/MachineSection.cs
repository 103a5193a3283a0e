using static LeadGrains.Scoring.Markdown;

namespace LeadGrains.Scoring;

/// <summary>What gives nothing, since no person did it.</summary>
internal static class MachineSection
{
    public static void Write(Markdown text, ScoringModel model)
    {
        text.Heading(2, "Machines");
        if (model.Machines is not { } machines)
        {
            text.Paragraph("The model takes every signal for a person's.");
            return;
        }

        text.Paragraph("What no person did gives nothing and uses up no limit; explanations list how many such signals there were.");
        var scanners = machines.Scanners;
        List<string> items =
        [
            $"By the attribute `user_agent`: it contains one of {Number(ScannerAgents.BuiltIn.Length - scanners.Removed.Length)} built-in parts of scanners and bots{More(" or ", scanners.Added)}.{More(" Not counted as such: ", scanners.Removed, ".")}",
        ];
        if (machines.Burst is { } burst)
            items.Add($"By a burst: {Number(burst.Count)} or more of {string.Join(", ", burst.SignalTypes.Select(Code))} of one contact or account within {burst.WithinText} are all a machine's, the first of them as well.");
        text.List(items);
    }

    private static string More(string before, IReadOnlyCollection<string> parts, string after = "") =>
        parts.Count == 0 ? "" : $"{before}{string.Join(", ", parts.Select(Code))}{after}";
}
