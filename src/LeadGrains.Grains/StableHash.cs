using System.Buffers.Binary;

namespace LeadGrains.Grains;

/// <summary>
/// A 64-bit hash that gives the same value on every machine and in every version of the program, since partitions and
/// remembered signals are stored by it. Not meant to withstand someone who searches for collisions.
/// </summary>
/// <remarks>
/// It folds 128-bit products, as wyhash and rapidhash do. With all words little-endian and arithmetic modulo 2^64:
/// <code>
/// mix(a, b) = a xor b xor low64(a · b) xor high64(a · b)
/// h = seed xor K0
/// while more than 16 bytes are left: h = mix(word(0..8) xor K1, word(8..16) xor h), and 16 bytes on
/// (a, b) = the n bytes that are left:
///   n ≥ 8: the first 8 and the last 8;  4 ≤ n &lt; 8: the first 4 and the last 4;
///   1 ≤ n &lt; 4: byte 0 + byte[n / 2] · 2^8 + byte[n - 1] · 2^16, and 0;  n = 0: 0 and 0
/// h = mix(a xor K2, b xor h)
/// result = mix(h xor K3, length xor K4)
/// </code>
/// Since the product is mixed with its own factors, a block that makes one of them 0 does not wipe out what came
/// before. K0 keeps small seeds away from 0 and 1, which as factors would. The length enters last, so values that
/// overlap differently differ. K1 is the first 64 bits of the golden ratio's fraction, the others are those of pi's.
/// </remarks>
internal static class StableHash
{
    private const ulong K0 = 0x082E_FA98_EC4E_6C89;
    private const ulong K1 = 0x9E37_79B9_7F4A_7C15;
    private const ulong K2 = 0x243F_6A88_85A3_08D3;
    private const ulong K3 = 0x1319_8A2E_0370_7344;
    private const ulong K4 = 0xA409_3822_299F_31D0;

    public static ulong Of(ulong seed, ReadOnlySpan<byte> bytes)
    {
        var hash = seed ^ K0;
        var rest = bytes;
        while (rest.Length > 16)
        {
            hash = Mix(Word(rest) ^ K1, Word(rest[8..]) ^ hash);
            rest = rest[16..];
        }

        ulong a = 0, b = 0;
        if (rest.Length >= 8)
        {
            a = Word(rest);
            b = Word(rest[^8..]);
        }
        else if (rest.Length >= 4)
        {
            a = BinaryPrimitives.ReadUInt32LittleEndian(rest);
            b = BinaryPrimitives.ReadUInt32LittleEndian(rest[^4..]);
        }
        else if (rest.Length > 0)
        {
            a = rest[0] | ((ulong)rest[rest.Length / 2] << 8) | ((ulong)rest[^1] << 16);
        }

        hash = Mix(a ^ K2, b ^ hash);
        return Mix(hash ^ K3, (ulong)bytes.Length ^ K4);
    }

    private static ulong Word(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt64LittleEndian(bytes);

    private static ulong Mix(ulong a, ulong b)
    {
        var high = Math.BigMul(a, b, out var low);
        return a ^ b ^ low ^ high;
    }
}
