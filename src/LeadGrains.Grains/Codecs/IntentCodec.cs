using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using LeadGrains.Grains.Wire;
using LeadGrains.Scoring;
using Stored = LeadGrains.Journal.V1;

namespace LeadGrains.Grains.Codecs;

/// <summary>Decaying points as the rows keep them. Groups and rules are numbered as the row's model lists them.</summary>
internal static class IntentCodec
{
    /// <summary>Writes an IntentState without its tag and length.</summary>
    public static void Write(MessageWriter to, IntentState intent)
    {
        var contents = intent.Contents;
        WriteGroups(to, contents.Groups);
        RuleCodec.Write(to, Stored.IntentState.RulesFieldNumber, contents.Rules, contents.Held);
        WriteDays(to, contents.DayCounts);
        // A newest day whose points were all withdrawn still decides which late ones count.
        if (contents.Velocity != default)
            WriteVelocity(to, Stored.IntentState.VelocityFieldNumber, contents.Velocity);
        for (var i = 0; i < contents.Windows.Count; i++)
            WindowCodec.Write(to, Stored.IntentState.WindowsFieldNumber, contents.Windows[i]);
        WriteObjects(to, contents.ObjectCounts);
        if (!contents.Watch.IsEmpty)
            WatchCodec.Write(to, Stored.IntentState.WatchFieldNumber, contents.Watch);
        WriteLatest(to, contents.Latest);
        if (contents.Machines == default)
            return;
        var begun = to.Begin(Stored.IntentState.MachinesFieldNumber);
        to.Number(Stored.MachineState.ScannersFieldNumber, contents.Machines.Scanners);
        to.Number(Stored.MachineState.BurstsFieldNumber, contents.Machines.Bursts);
        to.End(begun);
    }

    public static IntentState FromStored(Stored.IntentState? stored, ListArena? arena) => FromStored(stored, Instant.Min, arena);

    /// <param name="stored">Null where nothing was counted.</param>
    /// <param name="settledEngagement">As <see cref="IntentContents.SettledEngagement"/>, which a contact's row keeps beside it.</param>
    /// <param name="arena">Where its lists are to lie; null for arrays of their own.</param>
    public static IntentState FromStored(Stored.IntentState? stored, Instant settledEngagement, ListArena? arena)
    {
        if (stored is null)
            return IntentState.Restore(new IntentContents { SettledEngagement = settledEngagement }, arena);
        var contents = new IntentContents
        {
            Groups = [.. stored.Groups.Select(group => new GroupIntent((int)group.Group, new Instant(group.AtTicks), group.Points, group.Clip))],
            Rules = RuleCodec.Rules(stored.Rules),
            Held = RuleCodec.Held(stored.Rules),
            DayCounts = [.. stored.DayCounts.Select(count => new DayCount((int)count.Rule, count.Day, count.Count))],
            ObjectCounts = [.. stored.ObjectCounts.Select(count => new ObjectCount((int)count.Rule, count.Object, new Instant(count.AtTicks)))],
            Windows = WindowCodec.FromStored(stored.Windows, arena),
            Latest = [.. stored.Latest.Select(latest => new LatestSignal((int)latest.Rule, new Instant(latest.AtTicks), latest.Points))],
            Machines = stored.Machines is { } machines ? new MachineCounts(machines.Scanners, machines.Bursts) : default,
            Watch = stored.Watch is { } watch ? WatchCodec.FromStored(watch, arena) : default,
            SettledEngagement = settledEngagement,
            Velocity = FromStored(stored.Velocity),
        };
        return IntentState.Restore(contents, arena);
    }

    public static void WriteVelocity(MessageWriter to, int field, in Velocity velocity)
    {
        var begun = to.Begin(field);
        to.Number(Stored.VelocityState.NewestDayFieldNumber, velocity.NewestDay);
        // Most grains are active on few days, and have their days twice in their row.
        var days = velocity.Points.LastIndexOfAnyExcept(0.0) + 1;
        if (days > 0)
            WriteDayPoints(to, velocity.Points[..days]);
        to.End(begun);
    }

    /// <summary>Reads a VelocityState without an object for it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static Velocity VelocityOf(ReadOnlySpan<byte> message)
    {
        Span<double> points = stackalloc double[Velocity.Days];
        var (days, newest) = (0, 0);
        var reader = new MessageReader(message);
        while (reader.TryReadTag(out var tag))
        {
            if (tag == ((Stored.VelocityState.NewestDayFieldNumber << 3) | MessageReader.Varint))
            {
                newest = (int)reader.Number();
            }
            else if (tag == ((Stored.VelocityState.PointsFieldNumber << 3) | MessageReader.Bytes))
            {
                var packed = reader.Span();
                if (packed.Length > (Velocity.Days - days) * sizeof(double))
                    throw new InvalidDataException($"A velocity has more than {Velocity.Days} days.");
                for (; packed.Length >= sizeof(double); packed = packed[sizeof(double)..])
                    points[days++] = BinaryPrimitives.ReadDoubleLittleEndian(packed);
            }
            else
            {
                reader.Skip(tag);
            }
        }

        return Velocity.Restore(newest, points[..days]);
    }

    public static Velocity FromStored(Stored.VelocityState? stored) =>
        stored is null ? default : Velocity.Restore(stored.NewestDay, [.. stored.Points]);

    private static void WriteDayPoints(MessageWriter to, ReadOnlySpan<double> newestFirst)
    {
        var begun = to.Begin(Stored.VelocityState.PointsFieldNumber);
        foreach (var ofDay in newestFirst)
            to.Item(ofDay);
        to.End(begun);
    }

    private static void WriteGroups(MessageWriter to, ReadOnlySpan<GroupIntent> groups)
    {
        foreach (ref readonly var group in groups)
        {
            var begun = to.Begin(Stored.IntentState.GroupsFieldNumber);
            to.Number(Stored.GroupState.GroupFieldNumber, group.Group);
            to.Number(Stored.GroupState.AtTicksFieldNumber, group.At.Ticks);
            to.Double(Stored.GroupState.PointsFieldNumber, group.Points);
            to.Double(Stored.GroupState.ClipFieldNumber, group.Clip);
            to.End(begun);
        }
    }

    private static void WriteDays(MessageWriter to, ReadOnlySpan<DayCount> counts)
    {
        foreach (var count in counts)
        {
            var begun = to.Begin(Stored.IntentState.DayCountsFieldNumber);
            to.Number(Stored.DayCount.RuleFieldNumber, count.Rule);
            to.Number(Stored.DayCount.DayFieldNumber, count.Day);
            to.Number(Stored.DayCount.CountFieldNumber, count.Count);
            to.End(begun);
        }
    }

    private static void WriteObjects(MessageWriter to, ReadOnlySpan<ObjectCount> counts)
    {
        foreach (ref readonly var count in counts)
        {
            var begun = to.Begin(Stored.IntentState.ObjectCountsFieldNumber);
            to.Number(Stored.ObjectCount.RuleFieldNumber, count.Rule);
            to.Fixed64(Stored.ObjectCount.ObjectFieldNumber, count.About);
            to.Number(Stored.ObjectCount.AtTicksFieldNumber, count.At.Ticks);
            to.End(begun);
        }
    }

    private static void WriteLatest(MessageWriter to, ReadOnlySpan<LatestSignal> signals)
    {
        foreach (ref readonly var latest in signals)
        {
            var begun = to.Begin(Stored.IntentState.LatestFieldNumber);
            to.Number(Stored.LatestState.RuleFieldNumber, latest.Rule);
            to.Number(Stored.LatestState.AtTicksFieldNumber, latest.At.Ticks);
            to.Double(Stored.LatestState.PointsFieldNumber, latest.Points);
            to.End(begun);
        }
    }
}
