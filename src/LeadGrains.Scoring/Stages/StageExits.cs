using System.Collections.Immutable;

namespace LeadGrains.Scoring;

/// <summary>
/// When a grain last fell below each stage that has a cool-down. Immutable; holds at most one instant for each stage of
/// the ladder.
/// </summary>
public sealed class StageExits
{
    private StageExits(ImmutableArray<StageExit> all) => All = all;

    /// <summary>It never fell below such a stage.</summary>
    public static StageExits None { get; } = new([]);

    /// <summary>The falls, in no order.</summary>
    public ImmutableArray<StageExit> All { get; }

    /// <summary>What was stored before.</summary>
    public static StageExits Restore(IEnumerable<StageExit> exits) =>
        exits.ToImmutableArray() is { IsEmpty: false } all ? new StageExits(all) : None;

    /// <summary>The falls after a change of stage: every stage above the new one, up to the one held before, was left.</summary>
    /// <param name="ladder">The stages.</param>
    /// <param name="from">The place of the stage held before.</param>
    /// <param name="to">The place of the stage held from now on.</param>
    /// <param name="at">The instant of the change.</param>
    public StageExits After(StageLadder ladder, int from, int to, Instant at)
    {
        var all = All;
        for (var stage = to + 1; stage <= from; stage++)
        {
            if (ladder.Stages[stage].CoolDown > TimeSpan.Zero)
                all = all.RemoveAll(exit => exit.Stage == stage).Add(new StageExit(stage, at));
        }

        return all == All ? this : new StageExits(all);
    }

    /// <summary>From when on a stage may be entered; <see cref="Instant.Min"/> where it never was left.</summary>
    public Instant FreeAt(StageLadder ladder, int stage)
    {
        foreach (var exit in All)
        {
            if (exit.Stage == stage)
                return exit.At + ladder.Stages[stage].CoolDown;
        }

        return Instant.Min;
    }
}
