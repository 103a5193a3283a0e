using System.Buffers;
using System.Buffers.Binary;
using Grpc.Core;

namespace Grpc.Wire;

/// <summary>
/// Writes messages as frames: a flag byte, the length in four bytes, the message. A serializer that says the
/// length first writes straight into the output; others, and those whose message is compressed, write into a
/// buffer that is then copied.
/// </summary>
/// <param name="maxLength">The longest message that may be sent, in bytes; null for any.</param>
internal sealed class FrameWriter(int? maxLength) : SerializationContext, IBufferWriter<byte>
{
    public const int PrefixLength = 5;

    private const int Undeclared = -1;

    private IBufferWriter<byte> _output = NoOutput.Instance;
    private Compressor? _compressor;
    private PooledBuffer? _copy;
    private int _declared;
    private int _written;
    private bool _isOpen;
    private bool _isComplete;
    private bool _isBegun;

    /// <summary>True if the message written last failed behind its prefix: the output has a frame that is not whole.</summary>
    public bool IsTorn => _isBegun && !_isComplete;

    private IBufferWriter<byte> Target => _copy ?? _output;

    /// <summary>Writes one frame; its length in bytes is returned.</summary>
    /// <exception cref="RpcException">RESOURCE_EXHAUSTED: the message is too long.</exception>
    public int Write<T>(T message, Action<T, SerializationContext> serializer, IBufferWriter<byte> output, Compressor? compressor = null)
    {
        _output = output;
        _compressor = compressor;
        _declared = Undeclared;
        _written = 0;
        _isOpen = false;
        _isComplete = false;
        _isBegun = false;
        try
        {
            serializer(message, this);
            if (!_isComplete)
                throw new InvalidOperationException("The serializer did not complete the message.");
            return PrefixLength + _written;
        }
        finally
        {
            _output = NoOutput.Instance;
            _copy?.Return();
            _copy = null;
        }
    }

    public override void SetPayloadLength(int payloadLength)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(payloadLength);
        CheckLength(payloadLength);
        _declared = payloadLength;
    }

    public override IBufferWriter<byte> GetBufferWriter()
    {
        if (_isOpen)
            return this;
        _isOpen = true;
        if (_declared == Undeclared || _compressor is not null)
            _copy = new PooledBuffer();
        else
            WritePrefix(_declared, flag: 0);
        return this;
    }

    public override void Complete(byte[] payload)
    {
        CheckLength(payload.Length);
        WriteWhole(payload);
        _isComplete = true;
    }

    public override void Complete()
    {
        GetBufferWriter();
        if (_declared != Undeclared && _declared != _written)
            throw new InvalidOperationException($"The serializer wrote {_written} bytes after announcing {_declared}.");
        if (_copy is { } copy)
        {
            CheckLength(_written);
            WriteWhole(copy.Written.Span);
        }

        _isComplete = true;
    }

    public void Advance(int count)
    {
        Target.Advance(count);
        _written += count;
    }

    public Memory<byte> GetMemory(int sizeHint = 0) => Target.GetMemory(sizeHint);

    public Span<byte> GetSpan(int sizeHint = 0) => Target.GetSpan(sizeHint);

    private void WriteWhole(ReadOnlySpan<byte> message)
    {
        byte flag = 0;

        // Nothing cannot be made shorter.
        if (_compressor is not null && !message.IsEmpty)
        {
            flag = 1;
            message = _compressor.Compress(message).Span;
        }

        WritePrefix(message.Length, flag);
        _output.Write(message);
        _written = message.Length;
    }

    private void WritePrefix(int length, byte flag)
    {
        (_output as PooledBuffer)?.Reserve(PrefixLength + length);
        var prefix = _output.GetSpan(PrefixLength);
        prefix[0] = flag;
        BinaryPrimitives.WriteInt32BigEndian(prefix[1..], length);
        _output.Advance(PrefixLength);
        _isBegun = true;
    }

    private void CheckLength(int length)
    {
        if (length > maxLength)
            throw new RpcException(new Status(StatusCode.ResourceExhausted, $"The message of {length} bytes is longer than the {maxLength} that may be sent."));
    }

    private sealed class NoOutput : IBufferWriter<byte>
    {
        public static readonly NoOutput Instance = new();

        public void Advance(int count) => throw Misuse();

        public Memory<byte> GetMemory(int sizeHint = 0) => throw Misuse();

        public Span<byte> GetSpan(int sizeHint = 0) => throw Misuse();

        private static InvalidOperationException Misuse() => new("The context was used after the serializer returned.");
    }
}
