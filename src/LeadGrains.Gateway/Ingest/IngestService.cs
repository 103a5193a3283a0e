using Grpc.Core;
using LeadGrains.Gateway.Calls;
using LeadGrains.Gateway.Values;
using LeadGrains.Grains.Signals;

namespace LeadGrains.Gateway.Ingest;

/// <summary>Takes signals in, by batches, which arrive read: see <see cref="SignalBatchMarshallers"/>.</summary>
internal sealed class IngestService(CallGate gate, BatchRecorder recorder, Readiness readiness, GatewayMeters meters, TimeProvider clock) : IngestMethods
{
    public override async Task<V1.RecordSignalsResponse> RecordSignals(SignalBatch request, ServerCallContext context)
    {
        // The grains dispose what they take over; a call that is turned away before that gives its buffers back here.
        using var batch = request;
        return await gate.AnswerAsync(context, async call =>
        {
            var (outcome, rejections) = await recorder.RecordAsync(batch, call);
            var response = new V1.RecordSignalsResponse { Recorded = outcome.Recorded, Duplicates = outcome.Duplicates };
            RejectionMessages.AddTo(response.Rejections, rejections);
            return response;
        });
    }

    public override Task StreamSignals(
        IAsyncStreamReader<SignalBatch> requestStream,
        IServerStreamWriter<V1.StreamSignalsResponse> responseStream,
        ServerCallContext context) =>
        gate.ServeAsync(context, call =>
        {
            var pipeline = new BatchPipeline((batch, ended) => BeginAsync(batch, call with { Ended = ended }));
            return pipeline.RunAsync(requestStream, responseStream, readiness.Draining, call.Ended);
        });

    private async ValueTask<Task<V1.StreamSignalsResponse>> BeginAsync(SignalBatch batch, CallScope call)
    {
        var began = clock.GetTimestamp();
        var number = batch.BatchNumber;
        return AnswerAsync(number, await recorder.BeginAsync(batch, call), began, call.Method);
    }

    private async Task<V1.StreamSignalsResponse> AnswerAsync(ulong number, Task<RecordedBatch> recording, long began, string method)
    {
        var (outcome, rejections) = await recording;
        var response = new V1.StreamSignalsResponse { Batch = number, Recorded = outcome.Recorded, Duplicates = outcome.Duplicates };
        RejectionMessages.AddTo(response.Rejections, rejections);
        meters.Answered(method, StatusCode.OK, clock.GetElapsedTime(began));
        return response;
    }
}
