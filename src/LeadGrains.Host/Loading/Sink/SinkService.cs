using Grpc.Core;
using LeadGrains.V1;

namespace LeadGrains.Host.Loading.Sink;

/// <summary>
/// Parses each batch into protobuf objects and acknowledges it, and does nothing else: what any gRPC server must at
/// least do. The server's throughput is told as a share of this one's.
/// </summary>
internal sealed class SinkService : IngestService.IngestServiceBase
{
    public override Task<RecordSignalsResponse> RecordSignals(RecordSignalsRequest request, ServerCallContext context) =>
        Task.FromResult(new RecordSignalsResponse { Recorded = (uint)request.Signals.Count });

    public override async Task StreamSignals(
        IAsyncStreamReader<StreamSignalsRequest> requestStream, IServerStreamWriter<StreamSignalsResponse> responseStream, ServerCallContext context)
    {
        while (await requestStream.MoveNext(context.CancellationToken))
        {
            var request = requestStream.Current;
            await responseStream.WriteAsync(new StreamSignalsResponse { Batch = request.Batch, Recorded = (uint)request.Signals.Count });
        }
    }
}
