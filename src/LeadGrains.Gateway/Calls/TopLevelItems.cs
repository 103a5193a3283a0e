using System.Buffers;

namespace LeadGrains.Gateway.Calls;

/// <summary>Counts the items of a request in its bytes, without reading any.</summary>
internal static class TopLevelItems
{
    private const uint ItemTag = (1 << 3) | 2;
    private const int VarintBytes = 10;

    /// <summary>
    /// How many messages stand in field 1. Of bytes that are no message, those before what is wrong count, which are all
    /// that a parser reads; of groups, which no request has, what they hold counts as well.
    /// </summary>
    public static int Count(in ReadOnlySequence<byte> message)
    {
        var reader = new SequenceReader<byte>(message);
        var count = 0;
        while (TryReadVarint(ref reader, out var tag))
        {
            if (tag == ItemTag)
                count++;
            if (!TryPass(ref reader, tag & 7))
                break;
        }

        return count;
    }

    private static bool TryPass(ref SequenceReader<byte> reader, uint wireType)
    {
        switch (wireType)
        {
            case 0:
                return TryReadVarint(ref reader, out _);
            case 1:
                return TryAdvance(ref reader, sizeof(ulong));
            case 2:
                return TryReadVarint(ref reader, out var length) && TryAdvance(ref reader, length);
            case 3 or 4:
                return true;
            case 5:
                return TryAdvance(ref reader, sizeof(uint));
            default:
                return false;
        }
    }

    private static bool TryAdvance(ref SequenceReader<byte> reader, uint bytes)
    {
        if (reader.Remaining < bytes)
            return false;
        reader.Advance(bytes);
        return true;
    }

    // As parsers read tags and lengths: up to ten bytes, of which the lowest 32 bits count.
    private static bool TryReadVarint(ref SequenceReader<byte> reader, out uint value)
    {
        value = 0;
        for (var at = 0; at < VarintBytes && reader.TryRead(out var part); at++)
        {
            if (at * 7 < 32)
                value |= (uint)(part & 0x7f) << (at * 7);
            if (part < 0x80)
                return true;
        }

        return false;
    }
}
