using System.Buffers;
using System.Diagnostics;
using LeadGrains.Grains.Tracing;

namespace LeadGrains.Grains.Remote;

/// <summary>
/// A request of a sampled call on its way to another node: before its own bytes stand those of <see cref="RequestKind.Traced"/>
/// and of the call's span, so that what is done there shows in its trace. What is not sampled travels as it is.
/// </summary>
internal static class TracedRequest
{
    private const int TraceBytes = 16;
    private const int SpanBytes = 8;
    private const int PrefixBytes = 1 + TraceBytes + SpanBytes;

    /// <summary>Writes what stands before the request.</summary>
    public static void WritePrefix(IBufferWriter<byte> request, ActivityContext asked)
    {
        var prefix = request.GetSpan(PrefixBytes)[..PrefixBytes];
        prefix[0] = (byte)RequestKind.Traced;
        asked.TraceId.CopyTo(prefix.Slice(1, TraceBytes));
        asked.SpanId.CopyTo(prefix.Slice(1 + TraceBytes, SpanBytes));
        request.Advance(PrefixBytes);
    }

    /// <summary>Takes off what stands before the request, if anything does.</summary>
    /// <param name="request">Becomes the request alone.</param>
    /// <returns>The span of what is done here; null where the call is not sampled, or nobody listens.</returns>
    /// <exception cref="InvalidDataException">It is cut off.</exception>
    public static Activity? Begin(ref ReadOnlyMemory<byte> request)
    {
        if (request.IsEmpty || request.Span[0] != (byte)RequestKind.Traced)
            return null;
        if (request.Length <= PrefixBytes)
            throw new InvalidDataException("it is cut off");
        var prefix = request.Span[1..PrefixBytes];
        var asked = new ActivityContext(
            ActivityTraceId.CreateFromBytes(prefix[..TraceBytes]), ActivitySpanId.CreateFromBytes(prefix[TraceBytes..]), ActivityTraceFlags.Recorded, traceState: null, isRemote: true);
        request = request[PrefixBytes..];
        return Spans.Source.StartActivity("peer", ActivityKind.Server, asked);
    }
}
