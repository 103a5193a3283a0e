using System.Numerics;
using System.Runtime.InteropServices;

namespace LeadGrains.Storage.Embedded.Segments;

/// <summary>
/// CRC-32C (Castagnoli, RFC 3720, reflected polynomial 0x82F63B78). The runtime maps each step to the processor's
/// instruction for it, or to a table where there is none.
/// </summary>
internal static class Crc32C
{
    // The instruction takes three cycles and can begin in each: three independent streams keep it busy.
    private const int LaneBytes = 1_024;
    private static readonly uint[] LaneShift = ShiftTable(LaneBytes);

    /// <summary>The checksum of bytes that follow those whose checksum is <paramref name="crc"/>; 0 begins.</summary>
    public static uint Append(uint crc, ReadOnlySpan<byte> bytes)
    {
        var state = ~crc;
        while (bytes.Length >= 3 * LaneBytes)
        {
            state = ThreeLanes(state, MemoryMarshal.Cast<byte, ulong>(bytes[..(3 * LaneBytes)]));
            bytes = bytes[(3 * LaneBytes)..];
        }

        var words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (var word in words)
            state = BitOperations.Crc32C(state, word);
        foreach (var single in bytes[(words.Length * sizeof(ulong))..])
            state = BitOperations.Crc32C(state, single);
        return ~state;
    }

    private static uint ThreeLanes(uint state, ReadOnlySpan<ulong> words)
    {
        const int lane = LaneBytes / sizeof(ulong);
        var first = words[..lane];
        var second = words.Slice(lane, lane);
        var third = words.Slice(2 * lane, lane);
        uint a = state, b = 0, c = 0;
        for (var i = 0; i < first.Length && i < second.Length && i < third.Length; i++)
        {
            a = BitOperations.Crc32C(a, first[i]);
            b = BitOperations.Crc32C(b, second[i]);
            c = BitOperations.Crc32C(c, third[i]);
        }

        return Shift(Shift(a) ^ b) ^ c;
    }

    // The state after LaneBytes more zero bytes. The step is linear, so each byte of the state adds its own share.
    private static uint Shift(uint state) =>
        LaneShift[(byte)state] ^ LaneShift[256 + (byte)(state >> 8)] ^ LaneShift[512 + (byte)(state >> 16)] ^ LaneShift[768 + (state >> 24)];

    private static uint[] ShiftTable(int zeroBytes)
    {
        var table = new uint[4 * 256];
        for (var i = 0; i < table.Length; i++)
        {
            var state = (uint)(i % 256) << (i / 256 * 8);
            for (var zero = 0; zero < zeroBytes; zero += sizeof(ulong))
                state = BitOperations.Crc32C(state, 0UL);
            table[i] = state;
        }

        return table;
    }
}
