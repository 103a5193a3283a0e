using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace LeadGrains.Grains.Wire;

/// <summary>
/// Reads a stored protobuf message field by field, without an object for it: the way back of <see cref="MessageWriter"/>.
/// </summary>
/// <remarks>What is no message throws an <see cref="InvalidDataException"/>.</remarks>
/// <param name="message">All of it.</param>
internal ref struct MessageReader(ReadOnlySpan<byte> message)
{
    /// <summary>The end of the tag of a number that is written as a varint.</summary>
    public const uint Varint = 0;

    /// <summary>The end of the tag of a double or a fixed64.</summary>
    public const uint Fixed64 = 1;

    /// <summary>The end of the tag of a text, of bytes, of a message and of packed numbers.</summary>
    public const uint Bytes = 2;

    private readonly ReadOnlySpan<byte> _message = message;
    private int _at;

    /// <summary>The next field's tag; false at the end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryReadTag(out uint tag)
    {
        tag = 0;
        if (_at >= _message.Length)
            return false;
        return WireReader.TryReadTag(_message, ref _at, out tag) ? true : throw Damaged();
    }

    /// <summary>A varint.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long Number() => WireReader.TryReadVarint(_message, ref _at, out var value) ? (long)value : throw Damaged();

    /// <summary>A bool.</summary>
    public bool Truth() => Number() != 0;

    /// <summary>A double.</summary>
    public double Double()
    {
        if (_message.Length - _at < sizeof(double))
            throw Damaged();
        var value = BinaryPrimitives.ReadDoubleLittleEndian(_message[_at..]);
        _at += sizeof(double);
        return value;
    }

    /// <summary>Where bytes lie in the message.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ByteRange Range() => WireReader.TryReadRange(_message, ref _at, out var range) ? range : throw Damaged();

    /// <summary>Bytes.</summary>
    public ReadOnlySpan<byte> Span() => Range().In(_message);

    /// <summary>Moves past the value of a field that is not looked at.</summary>
    public void Skip(uint tag)
    {
        if (!WireReader.TrySkip(_message, ref _at, tag, WireReader.MaxDepth))
            throw Damaged();
    }

    private static InvalidDataException Damaged() => new("What a grain's row holds is no message. Restore the store from a backup.");
}
