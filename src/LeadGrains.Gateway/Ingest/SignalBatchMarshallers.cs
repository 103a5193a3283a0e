using Google.Protobuf;
using Grpc.Core;
using LeadGrains.Gateway.Calls;
using LeadGrains.Grains.Signals;

namespace LeadGrains.Gateway.Ingest;

/// <summary>
/// Reads ingest requests without an object per signal: the payload is copied once into a pooled batch, whose owner is
/// whoever takes it from the transport.
/// </summary>
internal static class SignalBatchMarshallers
{
    public static Marshaller<SignalBatch> RecordRequest { get; } = Requests(SignalMessage.RecordRequest);

    public static Marshaller<SignalBatch> StreamRequest { get; } = Requests(SignalMessage.StreamRequest);

    public static Marshaller<TResponse> Response<TResponse>()
        where TResponse : class, IMessage<TResponse> =>
        new(Write, static _ => throw new NotSupportedException("A server does not read its own responses."));

    private static Marshaller<SignalBatch> Requests(SignalMessage shape) => new(
        static (_, _) => throw new NotSupportedException("A server does not send requests."),
        context => Read(context, shape));

    // A fault of the message becomes its status here: gRPC reads a unary request before anything of ours runs.
    private static SignalBatch Read(DeserializationContext context, SignalMessage shape)
    {
        try
        {
            return SignalBatch.Read(context.PayloadAsReadOnlySequence(), shape);
        }
        catch (SignalBatchException fault)
        {
            throw Faults.Invalid(new FieldViolation(fault.Field, fault.Message));
        }
    }

    private static void Write<TResponse>(TResponse response, SerializationContext context)
        where TResponse : IMessage
    {
        context.SetPayloadLength(response.CalculateSize());
        response.WriteTo(context.GetBufferWriter());
        context.Complete();
    }
}
