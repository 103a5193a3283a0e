namespace LeadGrains.Scoring;

/// <summary>The addends of one grain's own intent points.</summary>
internal static class IntentExplanation
{
    /// <summary>
    /// A part for each rule that counted a signal, and after each group's rules its part "clip" where cap or floor took
    /// something away. They add up to <see cref="IntentState.PointsAt"/>. Then parts of 0 points for what gave nothing: by
    /// rule and limit, by machines, and for duplicates.
    /// </summary>
    public static void AddTo(List<ScorePart> parts, ScoringModel model, IntentState state, ulong duplicates, Instant at)
    {
        foreach (var held in state.Groups)
        {
            var group = model.Groups[held.Group];
            var left = Decay.Left(held.At, at, group.HalfLife);
            foreach (var given in state.Rules)
            {
                var rule = model.Rules[given.Rule];
                if (rule.Group == held.Group)
                    parts.Add(Part(model, rule, given.Points * left, given.Count, given.Newest, PartReasons.Of(rule, given.Points * left)));
            }

            var clip = held.Clip * left;
            if (clip != 0)
                parts.Add(new ScorePart(
                    ScorePart.Clip, ClipLabel(group, clip), Dimension.Intent, group.Name, -clip, 0, null, "", PartReasons.OfClip(group, clip)));
        }

        foreach (var held in state.Held)
        {
            var rule = model.Rules[held.Rule];
            parts.Add(Part(model, rule, 0, held.Count, null, PartReasons.OfHeld(rule, held.Outcome)));
        }

        AddMachines(parts, model, state.Machines);
        if (duplicates > 0)
            parts.Add(Nothing(ScorePart.Duplicate, "Recorded before", duplicates, "a duplicate by source and id counts once"));
    }

    private static void AddMachines(List<ScorePart> parts, ScoringModel model, MachineCounts machines)
    {
        if (machines.Scanners > 0)
            parts.Add(Nothing(ScorePart.Machine, "Sent by scanners and bots", machines.Scanners, PartReasons.Scanner));
        if (machines.Bursts > 0)
            parts.Add(Nothing(ScorePart.Machine, "Sent in bursts", machines.Bursts, PartReasons.OfBurst(model.Machines!.Burst!)));
    }

    private static ScorePart Part(ScoringModel model, ScoringRule rule, double points, uint count, Instant? newest, string reason) =>
        new(rule.Name, Label(model, rule), Dimension.Intent, model.Groups[rule.Group].Name, points, count, newest, "", reason);

    private static ScorePart Nothing(string kind, string label, ulong count, string reason) =>
        new(kind, label, Dimension.Intent, "", 0, (uint)Math.Min(count, uint.MaxValue), null, "", reason);

    // What makes a signal's points other than the rule's.
    private static string Label(ScoringModel model, ScoringRule rule)
    {
        string[] terms =
        [
            .. rule.Window is { } window ? [window.Reason] : Array.Empty<string>(),
            .. rule.IsLatest ? ["the newest counts"] : Array.Empty<string>(),
            .. rule.Scale is { } scale ? [scale.Reason] : Array.Empty<string>(),
            .. rule.HasChannel && model.Channels is not null ? ["by channel"] : Array.Empty<string>(),
        ];
        return terms.Length == 0 ? rule.Label : $"{rule.Label} ({string.Join("; ", terms)})";
    }

    private static string ClipLabel(ScoringGroup group, double clip) =>
        clip > 0 ? $"Above the cap of {group.Name}" : $"Below the floor of {group.Name}";
}
