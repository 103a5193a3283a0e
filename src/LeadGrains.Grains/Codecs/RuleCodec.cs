using LeadGrains.Scoring;
using Stored = LeadGrains.Journal.V1;

namespace LeadGrains.Grains.Codecs;

/// <summary>What rules gave and what limits held back, in one list by rule as the rows keep it.</summary>
internal static class RuleCodec
{
    public static void Write(ICollection<Stored.RuleState> states, ReadOnlySpan<RuleIntent> rules, ReadOnlySpan<HeldCount> held)
    {
        foreach (var rule in rules)
        {
            var state = new Stored.RuleState { Rule = (uint)rule.Rule, Points = rule.Points, Count = rule.Count, NewestTicks = rule.Newest.Ticks };
            held = WriteHeld(states, held, upTo: rule.Rule, state);
            states.Add(state);
        }

        WriteHeld(states, held, int.MaxValue, into: null);
    }

    public static RuleIntent[] Rules(IEnumerable<Stored.RuleState> states) =>
    [
        .. states.Where(state => state.Count > 0)
            .Select(state => new RuleIntent((int)state.Rule, state.Points, state.Count, new Instant(state.NewestTicks))),
    ];

    public static HeldCount[] Held(IEnumerable<Stored.RuleState> states) => [.. states.SelectMany(Held)];

    // Rules that counted nothing have a state of their own between the others.
    private static ReadOnlySpan<HeldCount> WriteHeld(
        ICollection<Stored.RuleState> states, ReadOnlySpan<HeldCount> held, int upTo, Stored.RuleState? into)
    {
        Stored.RuleState? alone = null;
        while (!held.IsEmpty && held[0].Rule <= upTo)
        {
            var count = held[0];
            held = held[1..];
            if (count.Rule == into?.Rule)
            {
                Set(into, count);
                continue;
            }

            if (alone?.Rule != count.Rule)
                states.Add(alone = new Stored.RuleState { Rule = (uint)count.Rule });
            Set(alone, count);
        }

        return held;
    }

    private static void Set(Stored.RuleState state, HeldCount held)
    {
        switch (held.Outcome)
        {
            case RuleOutcome.DayFull:
                state.DayFull = held.Count;
                break;
            case RuleOutcome.SeenBefore:
                state.SeenBefore = held.Count;
                break;
            case RuleOutcome.TooOld:
                state.TooOld = held.Count;
                break;
            case RuleOutcome.Superseded:
                state.Superseded = held.Count;
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(held), held.Outcome, "No limit has this outcome.");
        }
    }

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
