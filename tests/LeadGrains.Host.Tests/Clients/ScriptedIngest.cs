using Grpc.Core;
using LeadGrains.V1;

namespace LeadGrains.Host.Tests.Clients;

/// <summary>An ingest service that does to each batch what the test says, and then records all of it.</summary>
internal sealed class ScriptedIngest(Func<StreamSignalsRequest, StreamSignalsResponse, Task> script, bool answers = true) : IngestService.IngestServiceBase
{
    public override async Task StreamSignals(
        IAsyncStreamReader<StreamSignalsRequest> requestStream, IServerStreamWriter<StreamSignalsResponse> responseStream, ServerCallContext context)
    {
        while (await requestStream.MoveNext(context.CancellationToken))
        {
            var request = requestStream.Current;
            var response = new StreamSignalsResponse { Batch = request.Batch, Recorded = (uint)request.Signals.Count };
            await script(request, response);
            if (answers)
            {
                await responseStream.WriteAsync(response);
            }
        }
    }
}
