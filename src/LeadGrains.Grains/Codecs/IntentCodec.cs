using LeadGrains.Scoring;
using Stored = LeadGrains.Journal.V1;

namespace LeadGrains.Grains.Codecs;

/// <summary>Decaying points as the rows keep them. Groups and rules are numbered as the row's model lists them.</summary>
internal static class IntentCodec
{
    public static Stored.IntentState ToStored(IntentState intent)
    {
        var stored = new Stored.IntentState();
        foreach (var group in intent.Groups)
        {
            stored.Groups.Add(new Stored.GroupState
            {
                Group = (uint)group.Group,
                AtTicks = group.At.Ticks,
                Points = group.Points,
                Clip = group.Clip,
            });
        }

        foreach (var rule in intent.Rules)
        {
            stored.Rules.Add(new Stored.RuleState
            {
                Rule = (uint)rule.Rule,
                Points = rule.Points,
                Count = rule.Count,
                NewestTicks = rule.Newest.Ticks,
            });
        }

        foreach (var count in intent.DayCounts)
            stored.DayCounts.Add(new Stored.DayCount { Rule = (uint)count.Rule, Day = count.Day, Count = count.Count });
        foreach (var count in intent.ObjectCounts)
            stored.ObjectCounts.Add(new Stored.ObjectCount { Rule = (uint)count.Rule, Object = count.About, AtTicks = count.At.Ticks });
        foreach (var window in intent.Windows)
            stored.Windows.Add(WindowCodec.ToStored(window));
        // A newest day whose points were all withdrawn still decides which late ones count.
        if (intent.Velocity != default)
            stored.Velocity = ToStored(intent.Velocity);
        return stored;
    }

    public static IntentState FromStored(Stored.IntentState? stored)
    {
        if (stored is null)
            return new IntentState();
        return IntentState.Restore(
            [.. stored.Groups.Select(group => new GroupIntent((int)group.Group, new Instant(group.AtTicks), group.Points, group.Clip))],
            [.. stored.Rules.Select(rule => new RuleIntent((int)rule.Rule, rule.Points, rule.Count, new Instant(rule.NewestTicks)))],
            [.. stored.DayCounts.Select(count => new DayCount((int)count.Rule, count.Day, count.Count))],
            [.. stored.ObjectCounts.Select(count => new ObjectCount((int)count.Rule, count.Object, new Instant(count.AtTicks)))],
            [.. stored.Windows.Select(WindowCodec.FromStored)],
            FromStored(stored.Velocity));
    }

    public static Stored.VelocityState ToStored(in Velocity velocity)
    {
        var stored = new Stored.VelocityState { NewestDay = velocity.NewestDay };
        foreach (var points in velocity.Points)
            stored.Points.Add(points);
        return stored;
    }

    public static Velocity FromStored(Stored.VelocityState? stored) =>
        stored is null ? default : Velocity.Restore(stored.NewestDay, [.. stored.Points]);
}
