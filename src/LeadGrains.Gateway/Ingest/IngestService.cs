using System.Diagnostics;
using Grpc.Core;
using LeadGrains.Gateway.Calls;
using LeadGrains.Gateway.Values;
using LeadGrains.Grains.Signals;
using Microsoft.AspNetCore.Http;

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
            var http = context.GetHttpContext();
            var pipeline = new BatchPipeline((batch, ended) => BeginAsync(batch, call with { Ended = ended }, http));
            return pipeline.RunAsync(requestStream, responseStream, readiness.Draining, call.Ended);
        });

    private async ValueTask<Task<V1.StreamSignalsResponse>> BeginAsync(SignalBatch batch, CallScope call, HttpContext http)
    {
        var began = clock.GetTimestamp();
        var span = CallSpans.Begin(http, call.Method);
        var number = batch.BatchNumber;
        try
        {
            return AnswerAsync(number, await recorder.BeginAsync(batch, call), began, call.Method, span);
        }
        catch
        {
            span.End(StatusCode.Unknown);
            throw;
        }
    }

    private async Task<V1.StreamSignalsResponse> AnswerAsync(
        ulong number, Task<RecordedBatch> recording, long began, string method, Activity? span)
    {
        var status = StatusCode.Unknown;
        try
        {
            var answer = Answer(number, await recording);
            meters.Answered(method, StatusCode.OK, clock.GetElapsedTime(began));
            status = StatusCode.OK;
            return answer;
        }
        finally
        {
            span.End(status);
        }
    }

    private static V1.StreamSignalsResponse Answer(ulong number, RecordedBatch recorded)
    {
        var (outcome, rejections) = recorded;
        var response = new V1.StreamSignalsResponse { Batch = number, Recorded = outcome.Recorded, Duplicates = outcome.Duplicates };
        RejectionMessages.AddTo(response.Rejections, rejections);
        return response;
    }
}
