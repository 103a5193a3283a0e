using LeadGrains.Scoring;
using Stored = LeadGrains.Journal.V1;

namespace LeadGrains.Grains.Tests.Codecs;

/// <summary>What rows keep of decaying points, made of generated objects in the plainest way.</summary>
internal static class PlainIntent
{
    public static Stored.IntentState Of(IntentState intent)
    {
        var contents = intent.Contents;
        var stored = new Stored.IntentState();
        foreach (var group in contents.Groups)
            stored.Groups.Add(new Stored.GroupState { Group = (uint)group.Group, AtTicks = group.At.Ticks, Points = group.Points, Clip = group.Clip });
        stored.Rules.AddRange(Rules(contents.Rules.ToArray(), contents.Held.ToArray()));
        foreach (var count in contents.DayCounts)
            stored.DayCounts.Add(new Stored.DayCount { Rule = (uint)count.Rule, Day = count.Day, Count = count.Count });
        foreach (var count in contents.ObjectCounts)
            stored.ObjectCounts.Add(new Stored.ObjectCount { Rule = (uint)count.Rule, Object = count.About, AtTicks = count.At.Ticks });
        for (var i = 0; i < contents.Windows.Count; i++)
            stored.Windows.Add(Of(contents.Windows[i]));
        foreach (var latest in contents.Latest)
            stored.Latest.Add(new Stored.LatestState { Rule = (uint)latest.Rule, AtTicks = latest.At.Ticks, Points = latest.Points });
        if (contents.Machines != default)
            stored.Machines = new Stored.MachineState { Scanners = contents.Machines.Scanners, Bursts = contents.Machines.Bursts };
        if (!contents.Watch.IsEmpty)
            stored.Watch = Of(contents.Watch);
        if (contents.Velocity != default)
            stored.Velocity = new Stored.VelocityState { NewestDay = contents.Velocity.NewestDay, Points = { Kept(contents.Velocity) } };
        return stored;
    }

    private static List<double> Kept(Velocity velocity)
    {
        var points = velocity.Points.ToArray().ToList();
        while (points is [.., 0])
            points.RemoveAt(points.Count - 1);
        return points;
    }

    private static IEnumerable<Stored.RuleState> Rules(RuleIntent[] rules, HeldCount[] held) =>
        from number in rules.Select(rule => rule.Rule).Union(held.Select(count => count.Rule)).Order()
        let given = rules.SingleOrDefault(rule => rule.Rule == number)
        select new Stored.RuleState
        {
            Rule = (uint)number,
            Points = given.Points,
            Count = given.Count,
            NewestTicks = given.Newest.Ticks,
            DayFull = HeldBy(held, number, RuleOutcome.DayFull),
            SeenBefore = HeldBy(held, number, RuleOutcome.SeenBefore),
            TooOld = HeldBy(held, number, RuleOutcome.TooOld),
            Superseded = HeldBy(held, number, RuleOutcome.Superseded),
        };

    private static uint HeldBy(HeldCount[] held, int rule, RuleOutcome outcome) =>
        held.SingleOrDefault(count => count.Rule == rule && count.Outcome == outcome).Count;

    private static Stored.WindowState Of(WindowState window)
    {
        var stored = new Stored.WindowState { Rule = (uint)window.Rule };
        if (window.Settled != Instant.Min)
            (stored.SettledTicks, stored.HasSettled) = (window.Settled.Ticks, true);
        var signals = window.Signals.ToArray();
        stored.AtDeltas.AddRange(Deltas(signals.Select(signal => signal.At.Ticks)));
        if (signals.Any(signal => signal is not { Via: 0, Step: 0, Use: SignalUse.Free }))
            stored.Marks.AddRange(signals.Select(signal => (32u * signal.Via) + (4u * signal.Step) + (uint)signal.Use));
        return stored;
    }

    private static Stored.WatchState Of(BurstWatch watch)
    {
        var stored = new Stored.WatchState();
        var signals = watch.Signals.ToArray();
        stored.AtDeltas.AddRange(Deltas(signals.Select(signal => signal.At.Ticks)));
        if (signals.Any(signal => signal.Actor != SignalActor.Person))
            stored.Senders.AddRange(signals.Select(signal => (uint)signal.Actor));
        foreach (var gift in watch.Gifts)
        {
            var of = new Stored.WatchedGift
            {
                Signal = (uint)Array.FindIndex(signals, signal => signal.At == gift.At),
                Rule = (uint)gift.Rule,
                Outcome = (uint)gift.Outcome,
                Points = gift.Points,
            };
            if (gift.About is { } about)
                of.Object = about;
            stored.Gifts.Add(of);
        }

        return stored;
    }

    private static IEnumerable<long> Deltas(IEnumerable<long> ticks)
    {
        long before = 0;
        foreach (var at in ticks)
        {
            yield return at - before;
            before = at;
        }
    }
}
