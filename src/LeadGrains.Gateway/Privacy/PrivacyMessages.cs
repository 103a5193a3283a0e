using LeadGrains.Gateway.Stages;
using LeadGrains.Gateway.Values;
using LeadGrains.Grains;

namespace LeadGrains.Gateway.Privacy;

/// <summary>Erasures and exports on the wire.</summary>
internal static class PrivacyMessages
{
    /// <param name="report">What was done.</param>
    /// <param name="showsStore">Whether to tell of what the whole store holds, other workspaces' data included.</param>
    public static V1.Erasure Write(ErasureReport report, bool showsStore)
    {
        var message = new V1.Erasure
        {
            Tombstone = report.Tombstone,
            Ids = (uint)report.Ids,
            BegunAt = Timestamps.Write(report.BegunAt),
            FinishedAt = Timestamps.Write(report.FinishedAt),
            ErasedEntries = (ulong)report.Entries.Entries,
            Rewritten = (ulong)report.Entries.Pieces,
            RemovedRows = (ulong)report.Rows,
            SearchedTexts = (uint)report.SearchedTexts,
        };
        message.Searched.AddRange(report.Searched.Where(_ => showsStore).Select(place => new V1.SearchedPlace
        {
            Place = place.Place,
            Bytes = (ulong)place.Bytes,
            Found = (ulong)place.Found,
        }));
        return message;
    }

    /// <param name="run">What a run did.</param>
    /// <param name="showsStore">Whether to tell how much of the whole store it let go of, which other workspaces must not learn.</param>
    public static V1.Retention Write(RetentionReport run, bool showsStore)
    {
        var shown = new V1.Retention
        {
            BegunAt = Timestamps.Write(run.BegunAt),
            FinishedAt = Timestamps.Write(run.FinishedAt),
            SignalsSince = Timestamps.Write(run.SignalsSince),
            ContactsSince = Timestamps.Write(run.ContactsSince),
        };
        if (!showsStore)
            return shown;
        shown.RemovedSignals = (ulong)run.RemovedSignals;
        shown.RemovedContacts = (ulong)run.RemovedContacts;
        shown.Rewritten = (ulong)run.Rewritten;
        shown.OldestSignalAt = Timestamps.Write(run.OldestSignal);
        return shown;
    }

    public static V1.StageTransition Write(string contactId, StageStep step) => new()
    {
        Kind = V1.GrainKind.Contact,
        Id = contactId,
        FromStage = step.From,
        ToStage = step.To,
        At = Timestamps.Write(step.At),
        Reason = step.Reason,
        Cause = StageMessages.Write(step.Cause),
    };
}
