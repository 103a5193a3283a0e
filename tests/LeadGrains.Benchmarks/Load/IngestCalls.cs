using Google.Protobuf;
using Grpc.Core;
using LeadGrains.V1;

namespace LeadGrains.Benchmarks.Load;

/// <summary>The methods of IngestService for requests that are bytes already.</summary>
internal static class IngestCalls
{
    public static Method<OutgoingBatch, RecordSignalsResponse> RecordSignals { get; } =
        new(MethodType.Unary, IngestService.Descriptor.FullName, "RecordSignals", Requests(), Responses(RecordSignalsResponse.Parser));

    public static Method<OutgoingBatch, StreamSignalsResponse> StreamSignals { get; } =
        new(MethodType.DuplexStreaming, IngestService.Descriptor.FullName, "StreamSignals", Requests(), Responses(StreamSignalsResponse.Parser));

    private static Marshaller<OutgoingBatch> Requests() =>
        Marshallers.Create<OutgoingBatch>((batch, context) => batch.Write(context), _ => throw new NotSupportedException("Requests are only sent."));

    private static Marshaller<TResponse> Responses<TResponse>(MessageParser<TResponse> parser)
        where TResponse : class, IMessage<TResponse> =>
        Marshallers.Create<TResponse>((_, _) => throw new NotSupportedException("Responses are only read."), context => parser.ParseFrom(context.PayloadAsReadOnlySequence()));
}
