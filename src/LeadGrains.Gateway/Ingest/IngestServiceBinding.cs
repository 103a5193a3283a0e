using Google.Protobuf.Reflection;
using Grpc.Core;
using LeadGrains.Grains.Signals;

namespace LeadGrains.Gateway.Ingest;

/// <summary>
/// The methods of IngestService, bound by hand instead of by the generated base class, because its requests are
/// read by a marshaller of our own. Names and types are those of the proto.
/// </summary>
internal static class IngestServiceBinding
{
    private static readonly Method<SignalBatch, V1.RecordSignalsResponse> RecordSignals = new(
        MethodType.Unary,
        Descriptor.FullName,
        nameof(IngestMethods.RecordSignals),
        SignalBatchMarshallers.RecordRequest,
        SignalBatchMarshallers.Response<V1.RecordSignalsResponse>());

    private static readonly Method<SignalBatch, V1.StreamSignalsResponse> StreamSignals = new(
        MethodType.DuplexStreaming,
        Descriptor.FullName,
        nameof(IngestMethods.StreamSignals),
        SignalBatchMarshallers.StreamRequest,
        SignalBatchMarshallers.Response<V1.StreamSignalsResponse>());

    /// <summary>Where reflection looks for it, as on a generated class.</summary>
    public static ServiceDescriptor Descriptor => V1.IngestService.Descriptor;

    /// <summary>Called by the server, with null for the service: it finds the methods on the service's type.</summary>
    public static void BindService(ServiceBinderBase binder, IngestMethods? service)
    {
        binder.AddMethod(RecordSignals, service is null ? null : new UnaryServerMethod<SignalBatch, V1.RecordSignalsResponse>(service.RecordSignals));
        binder.AddMethod(StreamSignals, service is null ? null : new DuplexStreamingServerMethod<SignalBatch, V1.StreamSignalsResponse>(service.StreamSignals));
    }
}

/// <summary>What the server looks for the methods on, as generated base classes are.</summary>
[BindServiceMethod(typeof(IngestServiceBinding), nameof(IngestServiceBinding.BindService))]
internal abstract class IngestMethods
{
    public abstract Task<V1.RecordSignalsResponse> RecordSignals(SignalBatch request, ServerCallContext context);

    public abstract Task StreamSignals(
        IAsyncStreamReader<SignalBatch> requestStream,
        IServerStreamWriter<V1.StreamSignalsResponse> responseStream,
        ServerCallContext context);
}
