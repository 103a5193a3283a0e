using LeadGrains.Scoring;
using Stored = LeadGrains.Journal.V1;

namespace LeadGrains.Grains.Codecs;

/// <summary>Decaying points as the rows keep them. Groups and rules are numbered as the row's model lists them.</summary>
internal static class IntentCodec
{
    public static Stored.IntentState ToStored(IntentState intent)
    {
        var contents = intent.Contents;
        var stored = new Stored.IntentState();
        foreach (var group in contents.Groups)
        {
            stored.Groups.Add(new Stored.GroupState
            {
                Group = (uint)group.Group,
                AtTicks = group.At.Ticks,
                Points = group.Points,
                Clip = group.Clip,
            });
        }

        RuleCodec.Write(stored.Rules, contents.Rules, contents.Held);
        foreach (var count in contents.DayCounts)
            stored.DayCounts.Add(new Stored.DayCount { Rule = (uint)count.Rule, Day = count.Day, Count = count.Count });
        foreach (var count in contents.ObjectCounts)
            stored.ObjectCounts.Add(new Stored.ObjectCount { Rule = (uint)count.Rule, Object = count.About, AtTicks = count.At.Ticks });
        foreach (var window in contents.Windows)
            stored.Windows.Add(WindowCodec.ToStored(window));
        foreach (var latest in contents.Latest)
            stored.Latest.Add(new Stored.LatestState { Rule = (uint)latest.Rule, AtTicks = latest.At.Ticks, Points = latest.Points });
        if (contents.Machines != default)
            stored.Machines = new Stored.MachineState { Scanners = contents.Machines.Scanners, Bursts = contents.Machines.Bursts };
        if (contents.Watch is { } watch)
            stored.Watch = WatchCodec.ToStored(watch);
        // A newest day whose points were all withdrawn still decides which late ones count.
        if (intent.Velocity != default)
            stored.Velocity = ToStored(intent.Velocity);
        return stored;
    }

    public static IntentState FromStored(Stored.IntentState? stored) => FromStored(stored, Instant.Min);

    /// <param name="stored">Null where nothing was counted.</param>
    /// <param name="settledEngagement">As <see cref="IntentContents.SettledEngagement"/>, which a contact's row keeps beside it.</param>
    public static IntentState FromStored(Stored.IntentState? stored, Instant settledEngagement)
    {
        if (stored is null)
            return IntentState.Restore(new IntentContents { SettledEngagement = settledEngagement });
        return IntentState.Restore(new IntentContents
        {
            Groups = [.. stored.Groups.Select(group => new GroupIntent((int)group.Group, new Instant(group.AtTicks), group.Points, group.Clip))],
            Rules = RuleCodec.Rules(stored.Rules),
            Held = RuleCodec.Held(stored.Rules),
            DayCounts = [.. stored.DayCounts.Select(count => new DayCount((int)count.Rule, count.Day, count.Count))],
            ObjectCounts = [.. stored.ObjectCounts.Select(count => new ObjectCount((int)count.Rule, count.Object, new Instant(count.AtTicks)))],
            Windows = [.. stored.Windows.Select(WindowCodec.FromStored)],
            Latest = [.. stored.Latest.Select(latest => new LatestSignal((int)latest.Rule, new Instant(latest.AtTicks), latest.Points))],
            Machines = stored.Machines is { } machines ? new MachineCounts(machines.Scanners, machines.Bursts) : default,
            Watch = stored.Watch is { } watch ? WatchCodec.FromStored(watch) : null,
            SettledEngagement = settledEngagement,
            Velocity = FromStored(stored.Velocity),
        });
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
