using LeadGrains.Grains.Wire;

namespace LeadGrains.Grains.Signals;

/// <summary>Walks a RecordSignalsRequest or StreamSignalsRequest from signal to signal.</summary>
internal ref struct SignalMessageReader
{
    private const uint VarintType = 0;
    private const uint BytesType = 2;

    private readonly ReadOnlySpan<byte> _message;
    private readonly uint _batchTag;
    private readonly uint _signalsTag;
    private readonly uint _ackLevelTag;
    private int _at;
    private int _ackLevel;

    public SignalMessageReader(ReadOnlySpan<byte> message, SignalMessage shape)
    {
        _message = message;
        (_batchTag, _signalsTag, _ackLevelTag) = shape switch
        {
            SignalMessage.RecordRequest or SignalMessage.Forwarded => (0u, Tag(1, BytesType), Tag(2, VarintType)),
            SignalMessage.StreamRequest => (Tag(1, VarintType), Tag(2, BytesType), Tag(3, VarintType)),
            _ => throw new ArgumentOutOfRangeException(nameof(shape)),
        };
    }

    /// <summary>`batch`, once all has been read.</summary>
    public ulong BatchNumber { get; private set; }

    /// <summary>`ack_level`, once all has been read.</summary>
    /// <exception cref="SignalBatchException">There is no such level.</exception>
    public readonly AckLevel AckLevel => _ackLevel switch
    {
        0 => AckLevel.Recorded,
        (int)AckLevel.Recorded or (int)AckLevel.Ranked => (AckLevel)_ackLevel,
        _ => throw new SignalBatchException("ack_level", FormattableString.Invariant($"ack_level {_ackLevel} does not exist")),
    };

    /// <summary>Finds the next signal.</summary>
    /// <returns>False at the end of the message.</returns>
    /// <exception cref="SignalBatchException">The bytes are no valid message.</exception>
    public bool TryReadNext(out ByteRange signal)
    {
        while (_at < _message.Length)
        {
            var start = _at;
            if (!WireReader.TryReadTag(_message, ref _at, out var tag))
                throw Damaged(start);
            if (tag == _signalsTag)
                return WireReader.TryReadRange(_message, ref _at, out signal) ? true : throw Damaged(start);
            if (!TryReadOther(tag))
                throw Damaged(start);
        }

        signal = default;
        return false;
    }

    private bool TryReadOther(uint tag)
    {
        if (tag != _batchTag && tag != _ackLevelTag)
            return WireReader.TrySkip(_message, ref _at, tag, WireReader.MaxDepth);
        if (!WireReader.TryReadVarint(_message, ref _at, out var value))
            return false;
        if (tag == _batchTag)
            BatchNumber = value;
        else
            _ackLevel = (int)value;
        return true;
    }

    private static uint Tag(uint field, uint wireType) => (field << 3) | wireType;

    private readonly SignalBatchException Damaged(int offset) => new(
        "", FormattableString.Invariant($"the bytes are no valid message: damaged or cut off at byte {offset:N0} of {_message.Length:N0}"));
}
