using LeadGrains.Gateway.Calls;
using LeadGrains.Grains;
using LeadGrains.Grains.Signals;

namespace LeadGrains.Gateway.Ingest;

/// <summary>Stamps a batch with its receiving time, checks it and hands it to the grains.</summary>
internal sealed class BatchRecorder(GrainClient grains, GatewayMeters meters)
{
    /// <summary>Takes the batch over. By the time it first waits, the batch has its place before all later ones.</summary>
    public async Task<RecordedBatch> RecordAsync(SignalBatch batch, CallScope call)
    {
        meters.BatchRead(batch.Total);
        batch.Validate(grains.Now(), call.Workspace, grains.PartitionCount);
        var rejections = batch.Rejections;
        meters.Rejected(rejections);
        var outcome = await grains.RecordAsync(batch, call.Ended);
        meters.Recorded(outcome.Recorded, outcome.Duplicates);
        return new RecordedBatch(outcome, rejections);
    }
}

/// <summary>What became of a batch.</summary>
internal readonly record struct RecordedBatch(RecordOutcome Outcome, IReadOnlyList<Rejection> Rejections);
