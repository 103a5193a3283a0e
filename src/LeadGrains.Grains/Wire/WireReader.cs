using System.Runtime.CompilerServices;

namespace LeadGrains.Grains.Wire;

/// <summary>
/// The protobuf wire format over a span that ends where the message ends. Every method moves <c>at</c> past what it
/// read, and returns false where the bytes are no valid message; then <c>at</c> means nothing. What counts as valid is
/// what Google.Protobuf accepts: a tag or length keeps the lower 32 bits of a varint of up to ten bytes, groups must
/// close with their own number, and nesting ends at 100.
/// </summary>
internal static class WireReader
{
    /// <summary>How deep a message may nest in Google.Protobuf, its own level not counted.</summary>
    public const int MaxDepth = 100;

    private const int WireTypeBits = 3;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryReadTag(ReadOnlySpan<byte> bytes, ref int at, out uint tag)
    {
        if ((uint)at < (uint)bytes.Length && (tag = bytes[at]) < 0x80)
        {
            at++;
            return tag >> WireTypeBits != 0;
        }

        return TryReadLongTag(bytes, ref at, out tag);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryReadVarint(ReadOnlySpan<byte> bytes, ref int at, out ulong value)
    {
        if ((uint)at < (uint)bytes.Length && (value = bytes[at]) < 0x80)
        {
            at++;
            return true;
        }

        return TryReadLongVarint(bytes, ref at, out value);
    }

    /// <summary>Reads a length and moves past that many bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryReadRange(ReadOnlySpan<byte> bytes, ref int at, out ByteRange range)
    {
        if (!TryReadVarint(bytes, ref at, out var value) || (uint)value > (uint)(bytes.Length - at))
        {
            range = default;
            return false;
        }

        range = new ByteRange(at, (int)value);
        at += (int)value;
        return true;
    }

    /// <summary>
    /// Moves past the value of a field whose tag has been read; of groups, <paramref name="levels"/> may lie within
    /// each other.
    /// </summary>
    public static bool TrySkip(ReadOnlySpan<byte> bytes, ref int at, uint tag, int levels) => (WireType)(tag & 7) switch
    {
        WireType.Varint => TryReadVarint(bytes, ref at, out _),
        WireType.Fixed64 => TryAdvance(bytes, ref at, sizeof(ulong)),
        WireType.Bytes => TryReadRange(bytes, ref at, out _),
        WireType.StartGroup => TrySkipGroup(bytes, ref at, tag >> WireTypeBits, levels),
        WireType.Fixed32 => TryAdvance(bytes, ref at, sizeof(uint)),
        _ => false,
    };

    private static bool TrySkipGroup(ReadOnlySpan<byte> bytes, ref int at, uint number, int levels)
    {
        if (levels <= 0)
            return false;
        while (TryReadTag(bytes, ref at, out var tag))
        {
            if ((WireType)(tag & 7) == WireType.EndGroup)
                return tag >> WireTypeBits == number;
            if (!TrySkip(bytes, ref at, tag, levels - 1))
                return false;
        }

        return false;
    }

    private static bool TryAdvance(ReadOnlySpan<byte> bytes, ref int at, int count)
    {
        at += count;
        return at <= bytes.Length;
    }

    private static bool TryReadLongTag(ReadOnlySpan<byte> bytes, ref int at, out uint tag)
    {
        var read = TryReadLongVarint(bytes, ref at, out var value);
        tag = (uint)value;
        return read && tag >> WireTypeBits != 0;
    }

    private static bool TryReadLongVarint(ReadOnlySpan<byte> bytes, ref int at, out ulong value)
    {
        value = 0;
        for (var shift = 0; shift < 70; shift += 7)
        {
            if ((uint)at >= (uint)bytes.Length)
                return false;
            var next = bytes[at++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
                return true;
        }

        return false;
    }

    private enum WireType : uint
    {
        Varint = 0,
        Fixed64 = 1,
        Bytes = 2,
        StartGroup = 3,
        EndGroup = 4,
        Fixed32 = 5,
    }
}
