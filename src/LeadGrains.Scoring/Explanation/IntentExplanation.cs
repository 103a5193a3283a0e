namespace LeadGrains.Scoring;

/// <summary>The addends of one grain's own intent points.</summary>
internal static class IntentExplanation
{
    /// <summary>
    /// A part for each rule that ever counted a signal, and after each group's rules its part "clip" where cap or floor
    /// took something away. They add up to <see cref="IntentState.PointsAt"/>.
    /// </summary>
    public static void AddTo(List<ScorePart> parts, ScoringModel model, IntentState state, Instant at)
    {
        foreach (var held in state.Groups)
        {
            var group = model.Groups[held.Group];
            var left = Decay.Left(held.At, at, group.HalfLife);
            foreach (var given in state.Rules)
            {
                var rule = model.Rules[given.Rule];
                if (rule.Group == held.Group)
                    parts.Add(new ScorePart(
                        rule.Name, Label(rule), Dimension.Intent, group.Name, given.Points * left, given.Count, given.Newest, ""));
            }

            var clip = held.Clip * left;
            if (clip != 0)
                parts.Add(new ScorePart(
                    ScorePart.Clip, ClipLabel(group, clip), Dimension.Intent, group.Name, -clip, 0, null, ""));
        }
    }

    private static string Label(ScoringRule rule) => rule.Window is { } window ? $"{rule.Label} ({window.Reason})" : rule.Label;

    private static string ClipLabel(ScoringGroup group, double clip) =>
        clip > 0 ? $"Above the cap of {group.Name}" : $"Below the floor of {group.Name}";
}
