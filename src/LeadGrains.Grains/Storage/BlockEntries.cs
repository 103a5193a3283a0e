using LeadGrains.Grains.Entries;

namespace LeadGrains.Grains.Storage;

/// <summary>Finds an entry within a block's bytes, for all stores alike.</summary>
public static class BlockEntries
{
    /// <summary>A copy of the entry's message without its length; null where the block has no entry of that sequence.</summary>
    /// <exception cref="JournalDamagedException">The bytes are no series of length-delimited entries.</exception>
    public static ReadOnlyMemory<byte>? Find(in JournalBlock block, long sequence)
    {
        var reader = new EntryReader(block.Entries.Span);
        while (sequence <= block.LastSequence && reader.TryRead(out var entry))
        {
            if (entry.Sequence == sequence)
                return entry.Bytes.ToArray();
            if (entry.Sequence > sequence)
                return null;
        }

        return null;
    }
}
