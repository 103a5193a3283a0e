using LeadGrains.Journal.V1;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Watching;

/// <summary>What happened to a contact or an account, as the journal has it.</summary>
/// <param name="Workspace">Whose grain.</param>
/// <param name="Partition">Where it was journalled.</param>
/// <param name="Sequence">Its position there.</param>
/// <param name="Kind">Contact or account.</param>
/// <param name="Id">Which one.</param>
/// <param name="At">When it happened: the instant of the evaluation, or of the signal that brought it.</param>
/// <param name="Score">As it was noticed; null where an older program journalled it.</param>
public abstract record GrainChange(
    string Workspace, int Partition, long Sequence, GrainKind Kind, string Id, Instant At, ScoreThen? Score)
{
    /// <summary>Which sort of change it is.</summary>
    public abstract ChangeType Type { get; }

    /// <summary>The same for ever, and of no other change of the store.</summary>
    public string Name => new ChangeName(Partition, Sequence).Text;

    /// <summary>Entries with such a body may be changes that watchers are told of.</summary>
    internal static bool MayBe(Entry.BodyOneofCase body) =>
        body is Entry.BodyOneofCase.StageChanged or Entry.BodyOneofCase.Surged or Entry.BodyOneofCase.Reactivated or Entry.BodyOneofCase.ThresholdCrossed;

    /// <summary>Whose grain an entry is about.</summary>
    internal static string WorkspaceOf(Entry entry) => entry.Workspace.Length == 0 ? Workspaces.Default : entry.Workspace;

    /// <summary>Null for an entry that is no change, or one that nobody is to be told of.</summary>
    internal static GrainChange? Of(int partition, Entry entry)
    {
        var (workspace, sequence, kind, id) = (WorkspaceOf(entry), (long)entry.Sequence, (GrainKind)entry.Kind, entry.GrainId);
        switch (entry.BodyCase)
        {
            case Entry.BodyOneofCase.StageChanged when entry.StageChanged is { Silent: false } stage:
                return new StageChange(
                    workspace, partition, sequence, kind, id, stage.FromStage, stage.ToStage, new Instant(stage.AtTicks), stage.Reason, stage.Cause,
                    stage.Score);
            case Entry.BodyOneofCase.Surged when entry.Surged is { Silent: false, Ended: false } surge:
                return new SurgeBegan(workspace, partition, sequence, kind, id, surge.Gained, surge.Before, new Instant(surge.AtTicks), surge.Score);
            case Entry.BodyOneofCase.Reactivated when entry.Reactivated is { Silent: false } woke:
                return new WokeUp(
                    workspace, partition, sequence, kind, id, new Instant(woke.DormantSinceTicks), new Instant(woke.AtTicks), woke.Score);
            case Entry.BodyOneofCase.ThresholdCrossed when entry.ThresholdCrossed is { Silent: false } crossed:
                return new ThresholdCrossing(workspace, partition, sequence, kind, id, crossed, new Instant(crossed.AtTicks), crossed.Score);
            default:
                return null;
        }
    }
}

/// <summary>Sorts of changes.</summary>
public enum ChangeType
{
    /// <summary>Another stage is held.</summary>
    Stage,

    /// <summary>An account began to gain far more points than before.</summary>
    Surge,

    /// <summary>A contact or an account woke up.</summary>
    WakeUp,

    /// <summary>A score reached a threshold, or fell below it again.</summary>
    Threshold,
}

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
/// <param name="Score">As it was evaluated; null where an older program journalled it.</param>
public sealed record StageChange(
    string Workspace, int Partition, long Sequence, GrainKind Kind, string Id, string From, string To, Instant At, string Reason,
    StageCause Cause, ScoreThen? Score) : GrainChange(Workspace, Partition, Sequence, Kind, Id, At, Score)
{
    /// <inheritdoc/>
    public override ChangeType Type => ChangeType.Stage;
}

/// <summary>An account began to surge.</summary>
/// <param name="Workspace">Whose grain.</param>
/// <param name="Partition">Where it was journalled.</param>
/// <param name="Sequence">Its position there.</param>
/// <param name="Kind">Account.</param>
/// <param name="Id">Which one.</param>
/// <param name="Gained">Undecayed points of the last seven UTC days.</param>
/// <param name="Before">Of the seven days before them.</param>
/// <param name="At">The instant that it was noticed at.</param>
/// <param name="Score">Then.</param>
public sealed record SurgeBegan(
    string Workspace, int Partition, long Sequence, GrainKind Kind, string Id, double Gained, double Before, Instant At,
    ScoreThen? Score) : GrainChange(Workspace, Partition, Sequence, Kind, Id, At, Score)
{
    /// <inheritdoc/>
    public override ChangeType Type => ChangeType.Surge;
}

/// <summary>A signal ended a time in which the contact or account had none for as long as the model says.</summary>
/// <param name="Workspace">Whose grain.</param>
/// <param name="Partition">Where it was journalled.</param>
/// <param name="Sequence">Its position there.</param>
/// <param name="Kind">Contact or account.</param>
/// <param name="Id">Which one.</param>
/// <param name="DormantSince">The newest signal before that time.</param>
/// <param name="At">The signal's scoring instant.</param>
/// <param name="Score">As it was noticed; null where an older program journalled it.</param>
public sealed record WokeUp(
    string Workspace, int Partition, long Sequence, GrainKind Kind, string Id, Instant DormantSince, Instant At,
    ScoreThen? Score) : GrainChange(Workspace, Partition, Sequence, Kind, Id, At, Score)
{
    /// <inheritdoc/>
    public override ChangeType Type => ChangeType.WakeUp;
}

/// <summary>A score reached a threshold of the model, or fell below it again.</summary>
/// <param name="Workspace">Whose grain.</param>
/// <param name="Partition">Where it was journalled.</param>
/// <param name="Sequence">Its position there.</param>
/// <param name="Kind">Contact or account.</param>
/// <param name="Id">Which one.</param>
/// <param name="Crossed">What the journal has of it.</param>
/// <param name="At">The instant that it was evaluated at.</param>
/// <param name="Score">Then.</param>
public sealed record ThresholdCrossing(
    string Workspace, int Partition, long Sequence, GrainKind Kind, string Id, ThresholdCrossed Crossed, Instant At,
    ScoreThen? Score) : GrainChange(Workspace, Partition, Sequence, Kind, Id, At, Score)
{
    /// <inheritdoc/>
    public override ChangeType Type => ChangeType.Threshold;
}
