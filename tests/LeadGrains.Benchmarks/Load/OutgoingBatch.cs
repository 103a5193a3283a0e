using Grpc.Core;
using LeadGrains.V1;

namespace LeadGrains.Benchmarks.Load;

/// <summary>Which request carries a batch.</summary>
internal enum RequestShape
{
    /// <summary>RecordSignals: one call a batch.</summary>
    Unary,

    /// <summary>StreamSignals: many batches on a call.</summary>
    Stream,
}

/// <summary>A request that is written straight into the transport's buffer.</summary>
/// <param name="Lane">Whose signals.</param>
/// <param name="First">Number of the first.</param>
/// <param name="Signals">How many.</param>
/// <param name="Shape">Which request.</param>
/// <param name="SignalBytes">Their length with tags.</param>
internal sealed record OutgoingBatch(PoolLane Lane, long First, int Signals, RequestShape Shape, int SignalBytes)
{
    private const int Varint = 0;
    private const int LengthDelimited = 2;
    private const int AckBytes = 2;

    public int Length => SignalBytes + AckBytes;

    public void Write(SerializationContext context)
    {
        context.SetPayloadLength(Length);
        var output = context.GetBufferWriter();
        Write(output.GetSpan(Length));
        output.Advance(Length);
        context.Complete();
    }

    /// <summary>Writes the whole request. The number of a streamed batch is left at 0: answers come in order.</summary>
    public void Write(Span<byte> into)
    {
        var (signals, ack) = Shape == RequestShape.Stream
            ? (StreamSignalsRequest.SignalsFieldNumber, StreamSignalsRequest.AckLevelFieldNumber)
            : (RecordSignalsRequest.SignalsFieldNumber, RecordSignalsRequest.AckLevelFieldNumber);
        Lane.Write(into[..SignalBytes], First, Signals, (byte)((signals << 3) | LengthDelimited));
        into[SignalBytes] = (byte)((ack << 3) | Varint);
        into[SignalBytes + 1] = (byte)AckLevel.Recorded;
    }
}
