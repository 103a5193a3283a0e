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
/// <param name="compressions">Those that this side can read.</param>
/// <param name="isRequest">True for a request's body; what is wrong with one has other statuses than with a response's.</param>
internal sealed class FrameReader(PipeReader pipe, int? maxLength, string? encoding, Compressions compressions, bool isRequest) : DeserializationContext
{
    private const byte Plain = 0;
    private const byte Compressed = 1;

    private readonly int _longest = maxLength ?? Array.MaxLength;
    private PooledBuffer? _decompressed;
    private ReadOnlySequence<byte> _payload;
    private SequencePosition? _consumed;

    public override int PayloadLength => (int)_payload.Length;

    public override byte[] PayloadAsNewBuffer() => _payload.ToArray();

    public override ReadOnlySequence<byte> PayloadAsReadOnlySequence() => _payload;

    /// <summary>Waits for the next whole frame; false at the end of the body. The frame before is given back.</summary>
    /// <exception cref="RpcException">The message is too long or cannot be decompressed, or the body is no row of frames.</exception>
    public ValueTask<bool> MoveNextAsync(CancellationToken cancellationToken)
    {
        Release();
        return ReadAsync(isOnlyOne: false, cancellationToken);
    }

    /// <summary>
    /// Waits for the whole of a body that carries one message; false if it carries none. That is one wait less than
    /// for a frame and then for the end.
    /// </summary>
    /// <exception cref="RpcException">UNIMPLEMENTED, as the protocol has it: there is more than one message; else as for <see cref="MoveNextAsync"/>.</exception>
    public ValueTask<bool> ReadSingleAsync(CancellationToken cancellationToken) => ReadAsync(isOnlyOne: true, cancellationToken);

    /// <summary>Gives the frame's bytes back to the transport, which may let the peer send more.</summary>
    public void Release()
    {
        if (_consumed is not { } consumed)
            return;
        _payload = default;
        _consumed = null;
        _decompressed?.Return();
        pipe.AdvanceTo(consumed);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> ReadAsync(bool isOnlyOne, CancellationToken cancellationToken)
    {
        while (true)
        {
            var result = await pipe.ReadAsync(cancellationToken);
            var buffer = result.Buffer;
            if (TryTakeFrame(buffer, isOnlyOne, result.IsCompleted))
                return true;
            pipe.AdvanceTo(buffer.Start, buffer.End);
            if (result.IsCanceled)
                throw new OperationCanceledException(cancellationToken);
            if (result.IsCompleted)
                return buffer.IsEmpty ? false : throw CutOff();
        }
    }

    private bool TryTakeFrame(in ReadOnlySequence<byte> buffer, bool isOnlyOne, bool isCompleted)
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

        try
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(prefix[1..]);
            ThrowIfRefused(prefix[0], length);
            var rest = buffer.Length - FrameWriter.PrefixLength - length;
            if (rest < 0 || (isOnlyOne && !isCompleted && rest < FrameWriter.PrefixLength))
                return false;
            if (isOnlyOne && rest > 0)
                throw rest < FrameWriter.PrefixLength ? CutOff() : Several();
            Take(buffer.Slice(FrameWriter.PrefixLength, length), isCompressed: prefix[0] == Compressed);
            return true;
        }
        catch (RpcException)
        {
            // The frame stays where it is, so that whoever reads on is refused again.
            _payload = default;
            _decompressed?.Return();
            pipe.AdvanceTo(buffer.Start);
            throw;
        }
    }

    private void Take(in ReadOnlySequence<byte> payload, bool isCompressed)
    {
        _payload = payload;
        if (isCompressed)
            Decompress();
        _consumed = payload.End;
    }

    private void Decompress()
    {
        _decompressed ??= new PooledBuffer();
        Decompression.Decompress(compressions.Find(encoding!)!, _payload, _longest, _decompressed);
        _payload = new ReadOnlySequence<byte>(_decompressed.Written);
    }

    private void ThrowIfRefused(byte flag, uint length)
    {
        if (flag == Compressed)
            ThrowIfCannotDecompress();
        else if (flag != Plain)
            throw Malformed("The compressed-flag is neither 0 nor 1.");
        if (length > _longest)
            throw new RpcException(new Status(StatusCode.ResourceExhausted, $"The message of {length} bytes is longer than the {_longest} that are accepted."));
    }

    private void ThrowIfCannotDecompress()
    {
        if (encoding is null or ProtocolNames.Identity)
            throw new RpcException(new Status(StatusCode.Internal, "The message is compressed, but grpc-encoding names no compression."));
        if (compressions.Find(encoding) is null)
            throw new RpcException(new Status(isRequest ? StatusCode.Unimplemented : StatusCode.Internal, $"The message is compressed with '{encoding}', which is not supported; supported are {compressions.AcceptEncoding}."));
    }

    private RpcException CutOff() => Malformed("The body ends within a message.");

    private RpcException Several() => new(new Status(
        StatusCode.Unimplemented, isRequest ? "The call has more than one request message, and the method takes one." : "The response has more than one message, and the method gives one."));

    private RpcException Malformed(string detail) => new(new Status(isRequest ? StatusCode.InvalidArgument : StatusCode.Internal, detail));
}
