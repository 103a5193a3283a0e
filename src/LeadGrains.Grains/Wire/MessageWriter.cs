using System.Buffers.Binary;
using System.Text;
using Google.Protobuf;

namespace LeadGrains.Grains.Wire;

/// <summary>
/// Writes a protobuf message field by field into a buffer that is used again, without an object for what lies within.
/// Where the fields come in the order of their numbers it is byte for byte what the generated type writes. One user at a
/// time.
/// </summary>
/// <remarks>
/// A field with its default value is left out. Methods that end in Always write it nevertheless: for fields that may be
/// absent, and for the items of lists.
/// </remarks>
internal sealed class MessageWriter
{
    private const int MaxTagBytes = 5;

    private byte[] _bytes = new byte[1024];
    private int _length;

    /// <summary>What has been written; good until the next write.</summary>
    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _length);

    /// <summary>Forgets what has been written and keeps the room.</summary>
    public void Clear() => _length = 0;

    /// <summary>Any integer that is written as a varint, but for sint32 and sint64.</summary>
    public void Number(int field, long value)
    {
        if (value != 0)
            NumberAlways(field, value);
    }

    /// <inheritdoc cref="Number"/>
    public void NumberAlways(int field, long value)
    {
        var room = Room(MaxTagBytes + WireWriter.MaxVarintBytes);
        var at = WireWriter.WriteVarint(room, 0, WireFormat.MakeTag(field, WireFormat.WireType.Varint));
        _length += WireWriter.WriteVarint(room, at, (ulong)value);
    }

    /// <summary>A bool.</summary>
    public void Truth(int field, bool value) => Number(field, value ? 1 : 0);

    /// <summary>A double. Minus zero is left out too, as generated types do.</summary>
    public void Double(int field, double value)
    {
        if (value != 0)
            DoubleAlways(field, value);
    }

    /// <inheritdoc cref="Double"/>
    public void DoubleAlways(int field, double value) => Fixed64Always(field, BitConverter.DoubleToUInt64Bits(value));

    /// <summary>A fixed64.</summary>
    public void Fixed64(int field, ulong value)
    {
        if (value != 0)
            Fixed64Always(field, value);
    }

    /// <inheritdoc cref="Fixed64"/>
    public void Fixed64Always(int field, ulong value)
    {
        var room = Room(MaxTagBytes + sizeof(ulong));
        var at = WireWriter.WriteVarint(room, 0, WireFormat.MakeTag(field, WireFormat.WireType.Fixed64));
        BinaryPrimitives.WriteUInt64LittleEndian(room[at..], value);
        _length += at + sizeof(ulong);
    }

    /// <summary>A string.</summary>
    public void Text(int field, string value)
    {
        if (value.Length > 0)
            TextAlways(field, value);
    }

    /// <inheritdoc cref="Text"/>
    public void TextAlways(int field, string value)
    {
        var begun = Begin(field);
        _length += Encoding.UTF8.GetBytes(value, Room(Encoding.UTF8.GetMaxByteCount(value.Length)));
        End(begun);
    }

    /// <summary>Bytes, or a string in UTF-8.</summary>
    public void Bytes(int field, ReadOnlySpan<byte> value)
    {
        if (value.Length > 0)
            BytesAlways(field, value);
    }

    /// <inheritdoc cref="Bytes"/>
    public void BytesAlways(int field, ReadOnlySpan<byte> value)
    {
        var room = Room(MaxTagBytes + WireWriter.MaxVarintBytes + value.Length);
        var at = WireWriter.WriteVarint(room, 0, WireFormat.MakeTag(field, WireFormat.WireType.LengthDelimited));
        at = WireWriter.WriteVarint(room, at, (ulong)value.Length);
        value.CopyTo(room[at..]);
        _length += at + value.Length;
    }

    /// <summary>Begins a message within this one, or a packed list; what is written until its end is in it.</summary>
    /// <returns>What <see cref="End"/> takes.</returns>
    public int Begin(int field)
    {
        var room = Room(MaxTagBytes + 1);
        // Nearly all are short, so that one byte is kept for the length.
        _length += WireWriter.WriteVarint(room, 0, WireFormat.MakeTag(field, WireFormat.WireType.LengthDelimited)) + 1;
        return _length;
    }

    /// <summary>Ends what was begun last.</summary>
    public void End(int begun)
    {
        var length = _length - begun;
        var more = WireWriter.SizeOfVarint((ulong)length) - 1;
        if (more > 0)
        {
            Room(more);
            _bytes.AsSpan(begun, length).CopyTo(_bytes.AsSpan(begun + more));
            _length += more;
        }

        WireWriter.WriteVarint(_bytes, begun - 1, (ulong)length);
    }

    /// <summary>An item of a packed list of unsigned integers.</summary>
    public void Item(ulong value) => _length += WireWriter.WriteVarint(Room(WireWriter.MaxVarintBytes), 0, value);

    /// <summary>An item of a packed list of sint64.</summary>
    public void SignedItem(long value) => Item((ulong)((value << 1) ^ (value >> 63)));

    /// <summary>An item of a packed list of doubles.</summary>
    public void Item(double value)
    {
        BinaryPrimitives.WriteDoubleLittleEndian(Room(sizeof(double)), value);
        _length += sizeof(double);
    }

    private Span<byte> Room(int bytes)
    {
        if (bytes > _bytes.Length - _length)
            Array.Resize(ref _bytes, Math.Max(_length + bytes, 2 * _bytes.Length));
        return _bytes.AsSpan(_length);
    }
}
