namespace LeadGrains.Grains.Storage;

/// <summary>Finds an entry within a block's bytes. All it knows of an entry is its length and its sequence.</summary>
public static class BlockEntries
{
    private const uint SequenceTag = 1 << 3;

    /// <summary>The entry's message without its length; null where the block has no entry of that sequence.</summary>
    /// <exception cref="JournalDamagedException">The bytes are no series of length-delimited entries.</exception>
    public static ReadOnlyMemory<byte>? Find(in JournalBlock block, long sequence)
    {
        if (sequence < block.FirstSequence || sequence > block.LastSequence)
            return null;
        var rest = block.Entries;
        while (!rest.IsEmpty)
        {
            var span = rest.Span;
            if (!TryReadVarint(ref span, out var length) || length > (ulong)span.Length)
                throw Unreadable(block);
            var entry = rest.Slice(rest.Length - span.Length, (int)length);
            var found = SequenceOf(entry.Span, block);
            if (found == sequence)
                return entry;
            if (found > sequence)
                return null;
            rest = rest[(rest.Length - span.Length + (int)length)..];
        }

        return null;
    }

    private static long SequenceOf(ReadOnlySpan<byte> entry, in JournalBlock block)
    {
        while (TryReadVarint(ref entry, out var tag))
        {
            if (tag == SequenceTag)
                return TryReadVarint(ref entry, out var sequence) ? (long)sequence : throw Unreadable(block);
            if (!TrySkip(ref entry, tag))
                break;
        }

        throw Unreadable(block);
    }

    private static bool TrySkip(ref ReadOnlySpan<byte> bytes, ulong tag)
    {
        ulong length;
        switch (tag & 7)
        {
            case 0:
                return TryReadVarint(ref bytes, out _);
            case 1:
                length = sizeof(ulong);
                break;
            case 2 when TryReadVarint(ref bytes, out length):
                break;
            case 5:
                length = sizeof(uint);
                break;
            default:
                return false;
        }

        if (length > (ulong)bytes.Length)
            return false;
        bytes = bytes[(int)length..];
        return true;
    }

    private static bool TryReadVarint(ref ReadOnlySpan<byte> bytes, out ulong value)
    {
        value = 0;
        for (var i = 0; i < 10 && i < bytes.Length; i++)
        {
            value |= (ulong)(bytes[i] & 0x7f) << (7 * i);
            if (bytes[i] < 0x80)
            {
                bytes = bytes[(i + 1)..];
                return true;
            }
        }

        return false;
    }

    private static JournalDamagedException Unreadable(in JournalBlock block) => new(
        $"The entries {block.FirstSequence} to {block.LastSequence} of partition {block.Partition} are not readable as entries.");
}
