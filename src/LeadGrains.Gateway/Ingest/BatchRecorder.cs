using LeadGrains.Gateway.Access;
using LeadGrains.Gateway.Admission;
using LeadGrains.Gateway.Calls;
using LeadGrains.Grains;
using LeadGrains.Grains.Signals;

namespace LeadGrains.Gateway.Ingest;

/// <summary>Stamps a batch with its receiving time, checks it and hands it to the grains.</summary>
internal sealed class BatchRecorder(GrainClient grains, GatewayMeters meters, Intake intake, TimeProvider clock)
{
    /// <summary>Takes the batch over and records it; refused where there is no room.</summary>
    public Task<RecordedBatch> RecordAsync(SignalBatch batch, CallScope call)
    {
        call.Caller.Allowance?.CountSignals(batch.Total);
        var rejections = Check(batch, call);
        var bytes = Hold(batch);
        return FinishAsync(grains.RecordAsync(batch, call.Ended), rejections, bytes);
    }

    /// <summary>
    /// Takes the batch over and waits until it has its place behind all earlier ones; what it gives then is its end.
    /// </summary>
    public async ValueTask<Task<RecordedBatch>> BeginAsync(SignalBatch batch, CallScope call)
    {
        if (call.Caller.Allowance is { } allowance)
            await HoldBackAsync(batch, allowance, call.Ended);
        var rejections = Check(batch, call);
        var bytes = Hold(batch);
        return FinishAsync(await grains.EnqueueAsync(batch, call.Ended), rejections, bytes);
    }

    // While it waits nothing more of the stream is read, so that flow control holds the caller back.
    private async Task HoldBackAsync(SignalBatch batch, KeyAllowance allowance, CancellationToken ended)
    {
        try
        {
            await allowance.CountStreamedAsync(batch.Total, clock, ended);
        }
        catch
        {
            batch.Dispose();
            throw;
        }
    }

    private IReadOnlyList<Rejection> Check(SignalBatch batch, CallScope call)
    {
        meters.BatchRead(batch.Total);
        batch.Validate(grains.Now(), call.Workspace, grains.PartitionCount);
        meters.Rejected(batch.Rejections);
        return batch.Rejections;
    }

    // Whatever becomes of the batch from here on, it ends in FinishAsync, which gives the bytes back.
    private int Hold(SignalBatch batch)
    {
        try
        {
            intake.Bytes.Take(batch.ByteCount);
            return batch.ByteCount;
        }
        catch
        {
            batch.Dispose();
            throw;
        }
    }

    private async Task<RecordedBatch> FinishAsync(Task<RecordOutcome> recording, IReadOnlyList<Rejection> rejections, int bytes)
    {
        RecordOutcome outcome;
        try
        {
            outcome = await recording;
        }
        finally
        {
            intake.Bytes.Return(bytes);
        }

        meters.Recorded(outcome.Recorded, outcome.Duplicates);
        if (outcome.Rejections.Count == 0)
            return new RecordedBatch(outcome, rejections);
        meters.Rejected(outcome.Rejections);
        return new RecordedBatch(outcome, [.. rejections, .. outcome.Rejections]);
    }
}

/// <summary>What became of a batch.</summary>
internal readonly record struct RecordedBatch(RecordOutcome Outcome, IReadOnlyList<Rejection> Rejections);
