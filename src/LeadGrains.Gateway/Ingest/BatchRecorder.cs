using LeadGrains.Gateway.Calls;
using LeadGrains.Grains;
using LeadGrains.Grains.Signals;

namespace LeadGrains.Gateway.Ingest;

/// <summary>Stamps a batch with its receiving time, checks it and hands it to the grains.</summary>
internal sealed class BatchRecorder(GrainClient grains, GatewayMeters meters)
{
    /// <summary>Takes the batch over and records it; refused where there is no room.</summary>
    public Task<RecordedBatch> RecordAsync(SignalBatch batch, CallScope call)
    {
        var rejections = Check(batch, call);
        return FinishAsync(grains.RecordAsync(batch, call.Ended), rejections);
    }

    /// <summary>
    /// Takes the batch over and waits until it has its place behind all earlier ones; what it gives then is its end.
    /// </summary>
    public async ValueTask<Task<RecordedBatch>> BeginAsync(SignalBatch batch, CallScope call)
    {
        var rejections = Check(batch, call);
        return FinishAsync(await grains.EnqueueAsync(batch, call.Ended), rejections);
    }

    private IReadOnlyList<Rejection> Check(SignalBatch batch, CallScope call)
    {
        meters.BatchRead(batch.Total);
        batch.Validate(grains.Now(), call.Workspace, grains.PartitionCount);
        meters.Rejected(batch.Rejections);
        return batch.Rejections;
    }

    private async Task<RecordedBatch> FinishAsync(Task<RecordOutcome> recording, IReadOnlyList<Rejection> rejections)
    {
        var outcome = await recording;
        meters.Recorded(outcome.Recorded, outcome.Duplicates);
        return new RecordedBatch(outcome, rejections);
    }
}

/// <summary>What became of a batch.</summary>
internal readonly record struct RecordedBatch(RecordOutcome Outcome, IReadOnlyList<Rejection> Rejections);
