using LeadGrains.Grains.Storage;

namespace LeadGrains.Testing;

/// <summary>What an in-memory journal has on its disk.</summary>
internal sealed class DurableBlocks(int partitionCount)
{
    private readonly Lock _gate = new();
    private readonly List<JournalBlock> _blocks = [];
    private readonly long[] _last = new long[partitionCount];
    private readonly long[] _handedOver = new long[partitionCount];
    private long _entryCount;

    public int PartitionCount => partitionCount;

    public long EntryCount => Interlocked.Read(ref _entryCount);

    public long LastSequence(int partition)
    {
        lock (_gate)
            return _last[partition];
    }

    // Programmer errors show at once, at the caller.
    public void CheckOrder(IReadOnlyList<JournalBlock> blocks)
    {
        lock (_gate)
        {
            foreach (var block in blocks)
            {
                if ((uint)block.Partition >= (uint)partitionCount)
                    throw new ArgumentException($"There is no partition {block.Partition} among {partitionCount}.", nameof(blocks));
                if (block.FirstSequence <= _handedOver[block.Partition] || block.LastSequence < block.FirstSequence || block.Count < 1)
                    throw new ArgumentException($"Block {block} does not follow sequence {_handedOver[block.Partition]}.", nameof(blocks));
            }

            foreach (var block in blocks)
                _handedOver[block.Partition] = block.LastSequence;
        }
    }

    public void Add(IReadOnlyList<JournalBlock> blocks)
    {
        lock (_gate)
        {
            foreach (var block in blocks)
            {
                _blocks.Add(block with { Entries = block.Entries.ToArray() });
                _last[block.Partition] = block.LastSequence;
                _handedOver[block.Partition] = Math.Max(_handedOver[block.Partition], block.LastSequence);
                Interlocked.Add(ref _entryCount, block.Count);
            }
        }
    }

    public JournalBlock[] Snapshot()
    {
        lock (_gate)
            return [.. _blocks];
    }

    public ReadOnlyMemory<byte>? Find(int partition, long sequence)
    {
        foreach (var block in Snapshot())
        {
            if (block.Partition == partition && BlockEntries.Find(block, sequence) is { } entry)
                return entry;
        }

        return null;
    }

    public DurableBlocks Copy()
    {
        var copy = new DurableBlocks(partitionCount);
        copy.Add(Snapshot());
        return copy;
    }
}
