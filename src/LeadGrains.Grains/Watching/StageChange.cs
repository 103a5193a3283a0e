using LeadGrains.Journal.V1;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Watching;

/// <summary>A change of stage that had its effect.</summary>
/// <param name="Workspace">Whose grain.</param>
/// <param name="Partition">Where it was journalled.</param>
/// <param name="Sequence">Its position there.</param>
/// <param name="Kind">Contact or account.</param>
/// <param name="Id">Which one.</param>
/// <param name="From">The stage held before.</param>
/// <param name="To">The stage held since.</param>
/// <param name="At">The instant that it was evaluated at.</param>
/// <param name="Reason">For people.</param>
/// <param name="Cause">What moved it.</param>
public sealed record StageChange(
    string Workspace, int Partition, long Sequence, GrainKind Kind, string Id, string From, string To, Instant At, string Reason,
    StageCause Cause)
{
    /// <summary>Null for an entry that is no change of stage, or one that nobody is to be told of.</summary>
    internal static StageChange? Of(int partition, Entry entry)
    {
        if (entry.StageChanged is not { Silent: false } change)
            return null;
        return new StageChange(
            entry.Workspace.Length == 0 ? Workspaces.Default : entry.Workspace, partition, (long)entry.Sequence, (GrainKind)entry.Kind,
            entry.GrainId, change.FromStage, change.ToStage, new Instant(change.AtTicks), change.Reason, change.Cause);
    }
}
