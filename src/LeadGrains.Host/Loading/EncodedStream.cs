using System.Buffers;
using Google.Protobuf;
using Grpc.Core;
using LeadGrains.Host.Loading.Traffic;
using LeadGrains.V1;

namespace LeadGrains.Host.Loading;

/// <summary>StreamSignals for requests that are bytes already.</summary>
internal static class EncodedStream
{
    private static readonly Marshaller<EncodedBatch> Batches = Marshallers.Create<EncodedBatch>(Write, Read);

    private static readonly Marshaller<StreamSignalsResponse> Responses = Marshallers.Create(
        (response, context) => context.Complete(response.ToByteArray()),
        context => StreamSignalsResponse.Parser.ParseFrom(context.PayloadAsReadOnlySequence()));

    private static readonly Method<EncodedBatch, StreamSignalsResponse> StreamSignals = new(
        MethodType.DuplexStreaming, IngestService.Descriptor.FullName, "StreamSignals", Batches, Responses);

    public static AsyncDuplexStreamingCall<EncodedBatch, StreamSignalsResponse> Open(CallInvoker invoker, CancellationToken cancellationToken) =>
        invoker.AsyncDuplexStreamingCall(StreamSignals, host: null, new CallOptions(cancellationToken: cancellationToken));

    private static void Write(EncodedBatch batch, SerializationContext context)
    {
        context.SetPayloadLength(batch.Length);
        context.GetBufferWriter().Write(batch.Written);
        context.Complete();
    }

    private static EncodedBatch Read(DeserializationContext context) => new(context.PayloadAsNewBuffer());
}
