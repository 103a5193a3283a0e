using Grpc.Core;
using Grpc.Reflection.V1;
using Microsoft.Extensions.Hosting;

namespace Grpc.Reflection;

/// <summary>grpc.reflection.v1. The next request is read once the one before it is answered.</summary>
internal class ReflectionService(ReflectionAnswers answers, IHostApplicationLifetime application) : ServerReflection.ServerReflectionBase
{
    /// <summary>Ends with UNAVAILABLE when the application stops, so that an idle stream does not hold it back.</summary>
    public override async Task ServerReflectionInfo(
        IAsyncStreamReader<ServerReflectionRequest> requestStream,
        IServerStreamWriter<ServerReflectionResponse> responseStream,
        ServerCallContext context)
    {
        try
        {
            await foreach (var request in requestStream.ReadAllAsync(application.ApplicationStopping))
                await responseStream.WriteAsync(answers.Answer(request));
        }
        catch (OperationCanceledException) when (application.ApplicationStopping.IsCancellationRequested)
        {
            throw new RpcException(new Status(StatusCode.Unavailable, "The server is shutting down."));
        }
    }
}
