using LeadGrains.Grains.Wire;
using LeadGrains.Scoring;
using Stored = LeadGrains.Journal.V1;

namespace LeadGrains.Grains.Codecs;

/// <summary>What rules gave and what limits held back, in one list by rule as the rows keep it.</summary>
internal static class RuleCodec
{
    public static void Write(MessageWriter to, int field, ReadOnlySpan<RuleIntent> rules, ReadOnlySpan<HeldCount> held)
    {
        foreach (var rule in rules)
        {
            held = WriteAlone(to, field, held, before: rule.Rule);
            var begun = to.Begin(field);
            to.Number(Stored.RuleState.RuleFieldNumber, rule.Rule);
            to.Double(Stored.RuleState.PointsFieldNumber, rule.Points);
            to.Number(Stored.RuleState.CountFieldNumber, rule.Count);
            to.Number(Stored.RuleState.NewestTicksFieldNumber, rule.Newest.Ticks);
            held = WriteHeld(to, held, rule.Rule);
            to.End(begun);
        }

        WriteAlone(to, field, held, int.MaxValue);
    }

    public static RuleIntent[] Rules(IEnumerable<Stored.RuleState> states) =>
    [
        .. states.Where(state => state.Count > 0)
            .Select(state => new RuleIntent((int)state.Rule, state.Points, state.Count, new Instant(state.NewestTicks))),
    ];

    public static HeldCount[] Held(IEnumerable<Stored.RuleState> states) => [.. states.SelectMany(Held)];

    // Rules that counted nothing have a state of their own between the others.
    private static ReadOnlySpan<HeldCount> WriteAlone(MessageWriter to, int field, ReadOnlySpan<HeldCount> held, int before)
    {
        while (!held.IsEmpty && held[0].Rule < before)
        {
            var begun = to.Begin(field);
            to.Number(Stored.RuleState.RuleFieldNumber, held[0].Rule);
            held = WriteHeld(to, held, held[0].Rule);
            to.End(begun);
        }

        return held;
    }

    // They stand in the order of the outcomes, which is that of the fields.
    private static ReadOnlySpan<HeldCount> WriteHeld(MessageWriter to, ReadOnlySpan<HeldCount> held, int rule)
    {
        while (!held.IsEmpty && held[0].Rule == rule)
        {
            to.Number(FieldOf(held[0].Outcome), held[0].Count);
            held = held[1..];
        }

        return held;
    }

    private static int FieldOf(RuleOutcome outcome) => outcome switch
    {
        RuleOutcome.DayFull => Stored.RuleState.DayFullFieldNumber,
        RuleOutcome.SeenBefore => Stored.RuleState.SeenBeforeFieldNumber,
        RuleOutcome.TooOld => Stored.RuleState.TooOldFieldNumber,
        RuleOutcome.Superseded => Stored.RuleState.SupersededFieldNumber,
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, "No limit has this outcome."),
    };

    private static IEnumerable<HeldCount> Held(Stored.RuleState state)
    {
        var rule = (int)state.Rule;
        HeldCount[] all =
        [
            new(rule, RuleOutcome.DayFull, state.DayFull), new(rule, RuleOutcome.SeenBefore, state.SeenBefore),
            new(rule, RuleOutcome.TooOld, state.TooOld), new(rule, RuleOutcome.Superseded, state.Superseded),
        ];
        return all.Where(held => held.Count > 0);
    }
}
