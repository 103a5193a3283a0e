using System.Buffers;
using System.Buffers.Binary;
using Grpc.Core;

namespace Grpc.Wire;

/// <summary>
/// Takes messages out of a body, one frame at a time, and hands each out in place. It never waits: whoever has the
/// body waits for more of it, in one loop and not in layers of them.
/// </summary>
/// <param name="maxLength">The longest message that is accepted, in bytes; null for any.</param>
/// <param name="encoding">What the peer's <c>grpc-encoding</c> says; null if it says nothing.</param>
/// <param name="compressions">Those that this side can read.</param>
/// <param name="isRequest">True for a request's body; what is wrong with one has other statuses than with a response's.</param>
internal sealed class FrameReader(int? maxLength, string? encoding, Compressions compressions, bool isRequest) : DeserializationContext
{
    private const byte Plain = 0;
    private const byte Compressed = 1;

    private readonly int _longest = maxLength ?? Array.MaxLength;
    private PooledBuffer? _decompressed;
    private ReadOnlySequence<byte> _payload;

    /// <summary>Where the frame taken last ends.</summary>
    public SequencePosition End { get; private set; }

    public override int PayloadLength => (int)_payload.Length;

    public override byte[] PayloadAsNewBuffer() => _payload.ToArray();

    public override ReadOnlySequence<byte> PayloadAsReadOnlySequence() => _payload;

    /// <summary>Takes the next frame. False if more of the body is needed, or there is no more of it.</summary>
    /// <param name="body">What has arrived and was not taken.</param>
    /// <param name="isCompleted">Nothing follows it.</param>
    /// <param name="isOnlyOne">
    /// The body carries one message: it is taken once the body has ended, which saves waiting for the end apart.
    /// </param>
    /// <exception cref="RpcException">
    /// The message is too long or cannot be decompressed, or the body is no row of frames; UNIMPLEMENTED, as the
    /// protocol has it, if there is a second message. Asked again with the same body it refuses again.
    /// </exception>
    public bool TryTake(in ReadOnlySequence<byte> body, bool isCompleted, bool isOnlyOne)
    {
        if (body.Length < FrameWriter.PrefixLength)
            return isCompleted && !body.IsEmpty ? throw CutOff() : false;
        Span<byte> copy = stackalloc byte[FrameWriter.PrefixLength];
        scoped var prefix = body.FirstSpan;
        if (prefix.Length < FrameWriter.PrefixLength)
        {
            body.Slice(0, FrameWriter.PrefixLength).CopyTo(copy);
            prefix = copy;
        }

        var length = BinaryPrimitives.ReadUInt32BigEndian(prefix[1..]);
        ThrowIfRefused(prefix[0], length);
        var rest = body.Length - FrameWriter.PrefixLength - length;
        if (isOnlyOne && rest >= FrameWriter.PrefixLength)
            throw Several();
        if (isCompleted && (rest < 0 || (isOnlyOne && rest > 0)))
            throw CutOff();
        if (rest < 0 || (isOnlyOne && !isCompleted))
            return false;
        _payload = body.Slice(FrameWriter.PrefixLength, length);
        End = _payload.End;
        if (prefix[0] == Compressed)
            Decompress();
        return true;
    }

    /// <summary>Forgets the frame, whose bytes go back to whoever has the body.</summary>
    public void Release()
    {
        _payload = default;
        _decompressed?.Return();
    }

    private void Decompress()
    {
        _decompressed ??= new PooledBuffer();
        try
        {
            Decompression.Decompress(compressions.Find(encoding!)!, _payload, _longest, _decompressed);
        }
        catch (RpcException)
        {
            Release();
            throw;
        }

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
