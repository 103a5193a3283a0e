using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Grpc.Core;

namespace Grpc.Wire;

/// <summary>Reads frames, one at a time, and hands out each message in place.</summary>
/// <param name="pipe">The body.</param>
/// <param name="maxLength">The longest message that is accepted, in bytes; null for any.</param>
/// <param name="encoding">What the peer's <c>grpc-encoding</c> says; null if it says nothing.</param>
/// <param name="malformed">The status of a body that is no row of frames.</param>
internal sealed class FrameReader(PipeReader pipe, int? maxLength, string? encoding, StatusCode malformed) : DeserializationContext
{
    private ReadOnlySequence<byte> _payload;
    private SequencePosition? _consumed;

    public override int PayloadLength => (int)_payload.Length;

    public override byte[] PayloadAsNewBuffer() => _payload.ToArray();

    public override ReadOnlySequence<byte> PayloadAsReadOnlySequence() => _payload;

    /// <summary>Waits for the next whole frame; false at the end of the body. The frame before is given back.</summary>
    /// <exception cref="RpcException">The message is too long or compressed, or the body is no row of frames.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<bool> MoveNextAsync(CancellationToken cancellationToken)
    {
        Release();
        while (true)
        {
            var result = await pipe.ReadAsync(cancellationToken);
            var buffer = result.Buffer;
            if (TryTakeFrame(buffer))
                return true;
            pipe.AdvanceTo(buffer.Start, buffer.End);
            if (result.IsCanceled)
                throw new OperationCanceledException(cancellationToken);
            if (result.IsCompleted)
                return buffer.IsEmpty ? false : throw Malformed("The body ends within a message.");
        }
    }

    /// <summary>Gives the frame's bytes back to the transport, which may let the peer send more.</summary>
    public void Release()
    {
        if (_consumed is not { } consumed)
            return;
        _payload = default;
        _consumed = null;
        pipe.AdvanceTo(consumed);
    }

    private bool TryTakeFrame(ReadOnlySequence<byte> buffer)
    {
        if (buffer.Length < FrameWriter.PrefixLength)
            return false;
        Span<byte> copy = stackalloc byte[FrameWriter.PrefixLength];
        scoped var prefix = buffer.FirstSpan;
        if (prefix.Length < FrameWriter.PrefixLength)
        {
            buffer.Slice(0, FrameWriter.PrefixLength).CopyTo(copy);
            prefix = copy;
        }

        var length = BinaryPrimitives.ReadUInt32BigEndian(prefix[1..]);
        if (Refusal(prefix[0], length) is { } refusal)
        {
            // The frame stays where it is, so that whoever reads on is refused again.
            pipe.AdvanceTo(buffer.Start);
            throw refusal;
        }

        if (buffer.Length - FrameWriter.PrefixLength < length)
            return false;
        _payload = buffer.Slice(FrameWriter.PrefixLength, length);
        _consumed = _payload.End;
        return true;
    }

    private RpcException? Refusal(byte flag, uint length)
    {
        var longest = maxLength ?? int.MaxValue;
        return flag switch
        {
            0 when length > longest => new RpcException(new Status(StatusCode.ResourceExhausted, $"The message of {length} bytes is longer than the {longest} that are accepted.")),
            0 => null,
            1 => Compressed(),
            _ => Malformed("The compressed-flag is neither 0 nor 1."),
        };
    }

    private RpcException Compressed() => encoding is null or ProtocolNames.Identity
        ? new RpcException(new Status(StatusCode.Internal, "The message is compressed, but grpc-encoding names no compression."))
        : new RpcException(
            new Status(StatusCode.Unimplemented, $"The message is compressed with '{encoding}', which is not supported."),
            new Metadata { { ProtocolNames.AcceptEncoding, ProtocolNames.Identity } });

    private RpcException Malformed(string detail) => new(new Status(malformed, detail));
}
