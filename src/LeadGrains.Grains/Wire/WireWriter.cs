using System.Numerics;
using System.Runtime.CompilerServices;

namespace LeadGrains.Grains.Wire;

/// <summary>The protobuf wire format into a span that has room for it.</summary>
internal static class WireWriter
{
    /// <summary>The most bytes of a varint.</summary>
    public const int MaxVarintBytes = 10;

    /// <summary>How many bytes a varint takes.</summary>
    public static int SizeOfVarint(ulong value) => (BitOperations.Log2(value | 1) / 7) + 1;

    /// <summary>Writes a varint and returns the place behind it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int WriteVarint(Span<byte> span, int at, ulong value)
    {
        while (value >= 0x80)
        {
            span[at++] = (byte)(value | 0x80);
            value >>= 7;
        }

        span[at++] = (byte)value;
        return at;
    }
}
