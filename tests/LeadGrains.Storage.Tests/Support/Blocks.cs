using LeadGrains.Grains.Entries;
using LeadGrains.Grains.Storage;
using LeadGrains.Journal.V1;

namespace LeadGrains.Storage.Tests.Support;

/// <summary>Makes blocks whose bytes follow from partition and sequence, so that a reader can check what it gets.</summary>
internal static class Blocks
{
    /// <summary>Entries first to first + count - 1, each with so many bytes of signal.</summary>
    public static JournalBlock Of(int partition, long first, int count = 1, int signalBytes = 20) =>
        Of(partition, [.. Enumerable.Range(0, count).Select(i => first + i)], signalBytes);

    /// <summary>Entries of the given sequences, with gaps where they have some.</summary>
    public static JournalBlock Of(int partition, long[] sequences, int signalBytes = 20)
    {
        using var buffer = new PooledBuffer();
        foreach (var sequence in sequences)
            EntryWriter.Write(buffer, Entry(partition, sequence, signalBytes));
        return new JournalBlock(partition, 1, sequences[0], sequences[^1], sequences.Length, buffer.WrittenMemory.ToArray());
    }

    public static ReadOnlyMemory<byte> EntryBytes(int partition, long sequence, int signalBytes = 20)
    {
        using var buffer = new PooledBuffer();
        EntryWriter.Write(buffer, Entry(partition, sequence, signalBytes));
        return BlockEntries.Find(new JournalBlock(partition, 1, sequence, sequence, 1, buffer.WrittenMemory), sequence)!.Value;
    }

    private static Entry Entry(int partition, long sequence, int signalBytes)
    {
        var signal = new byte[signalBytes];
        new Random((partition * 7_919) + (int)sequence).NextBytes(signal);
        return new Entry
        {
            Sequence = (ulong)sequence,
            PreviousSequence = (ulong)sequence - 1,
            ReceivedAtTicks = 1_000 + sequence,
            Signal = Google.Protobuf.ByteString.CopyFrom(signal),
        };
    }
}
