using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;

namespace LeadGrains.Grains.Wire;

/// <summary>What the bytes of a text field may be. Nearly all texts are plain ASCII, so that is found out first.</summary>
internal static class PlainText
{
    private const ulong Lows = 0x0101_0101_0101_0101;
    private const ulong Highs = 0x8080_8080_8080_8080;

    /// <summary>Whether the bytes are UTF-8, as RFC 3629 has it: no surrogates, no overlong forms.</summary>
    public static bool IsUtf8(ReadOnlySpan<byte> text) => IsPlain(text) || Utf8.IsValid(text);

    /// <summary>
    /// True only for ASCII without a zero byte; may be false for such text too, never the other way. In a word, a byte
    /// above 0x7F has its high bit set, and subtracting 1 from every byte sets the high bit of a zero one.
    /// </summary>
    public static bool IsPlain(ReadOnlySpan<byte> text)
    {
        if (text.Length < sizeof(ulong))
            return IsShortPlain(text);
        var suspects = 0UL;
        var rest = text;
        while (rest.Length > sizeof(ulong))
        {
            var word = BinaryPrimitives.ReadUInt64LittleEndian(rest);
            suspects |= word | (word - Lows);
            rest = rest[sizeof(ulong)..];
        }

        var last = BinaryPrimitives.ReadUInt64LittleEndian(text[^sizeof(ulong)..]);
        return ((suspects | last | (last - Lows)) & Highs) == 0;
    }

    /// <summary>The first byte that cannot be where it is; the length where all can.</summary>
    public static int IndexOfDamage(ReadOnlySpan<byte> text)
    {
        var at = 0;
        while (at < text.Length && Rune.DecodeFromUtf8(text[at..], out _, out var length) == OperationStatus.Done)
            at += length;
        return at;
    }

    private static bool IsShortPlain(ReadOnlySpan<byte> text)
    {
        if (text.Length < sizeof(uint))
        {
            foreach (var one in text)
            {
                if (one is 0 or > 0x7F)
                    return false;
            }

            return true;
        }

        var both = BinaryPrimitives.ReadUInt32LittleEndian(text)
            | ((ulong)BinaryPrimitives.ReadUInt32LittleEndian(text[^sizeof(uint)..]) << 32);
        return ((both | (both - Lows)) & Highs) == 0;
    }
}
