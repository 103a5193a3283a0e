using LeadGrains.Gateway.Values;
using LeadGrains.Grains.Watching;
using LeadGrains.Journal.V1;

namespace LeadGrains.Gateway.Stages;

/// <summary>Changes of stage on the wire.</summary>
internal static class StageMessages
{
    public static V1.WatchStageChangesResponse Write(ChangeNotice notice) => new()
    {
        Transition = notice.Change is StageChange change ? Write(change) : null,
        ResumeToken = notice.ResumeToken,
    };

    private static V1.StageTransition Write(StageChange change) => new()
    {
        Kind = change.Kind == LeadGrains.Grains.GrainKind.Contact ? V1.GrainKind.Contact : V1.GrainKind.Account,
        Id = change.Id,
        FromStage = change.From,
        ToStage = change.To,
        At = Timestamps.Write(change.At),
        Reason = change.Reason,
        Cause = Write(change.Cause),
    };

    public static V1.StageChangeCause Write(StageCause cause) => cause switch
    {
        StageCause.Activity => V1.StageChangeCause.Activity,
        StageCause.Decay => V1.StageChangeCause.Decay,
        StageCause.Model => V1.StageChangeCause.Model,
        _ => V1.StageChangeCause.Unspecified,
    };
}
