using LeadGrains.Grains.Storage;

namespace LeadGrains.Storage.Commits;

/// <summary>How far each partition's entries have come: handed over, and durable.</summary>
internal sealed class JournalEnds
{
    private readonly long[] _handedOver;
    private readonly long[] _durable;
    private readonly long[] _added;
    private long _entryCount;

    /// <param name="durable">By partition, the last sequence.</param>
    /// <param name="entryCount">Entries of all partitions.</param>
    public JournalEnds(long[] durable, long entryCount)
    {
        _durable = durable;
        _handedOver = [.. durable];
        _added = new long[durable.Length];
        _entryCount = entryCount;
    }

    public int PartitionCount => _durable.Length;

    /// <summary>Durable entries of all partitions.</summary>
    public long EntryCount => Interlocked.Read(ref _entryCount);

    /// <summary>Of the partition's last durable entry.</summary>
    public long LastSequence(int partition) => Volatile.Read(ref _durable[partition]);

    /// <summary>Entries that were made durable here.</summary>
    public long AddedTo(int partition) => Volatile.Read(ref _added[partition]);

    /// <summary>Somebody else has written; nothing of the partition is handed over meanwhile.</summary>
    /// <param name="partition">The partition.</param>
    /// <param name="last">Its last sequence.</param>
    /// <param name="entries">How many entries have come.</param>
    public void MoveTo(int partition, long last, long entries)
    {
        _handedOver[partition] = last;
        Volatile.Write(ref _durable[partition], last);
        Interlocked.Add(ref _entryCount, entries);
    }

    /// <summary>Takes note of blocks that are handed over. One thread at a time.</summary>
    /// <exception cref="ArgumentException">They do not follow: a fault of the caller, which would make every index lie.</exception>
    public void HandOver(IReadOnlyList<JournalBlock> blocks)
    {
        for (var i = 0; i < blocks.Count; i++)
        {
            var block = blocks[i];
            if ((uint)block.Partition >= (uint)PartitionCount)
                throw new ArgumentException($"There is no partition {block.Partition} among {PartitionCount}.", nameof(blocks));
            if (block.FirstSequence <= _handedOver[block.Partition] || block.LastSequence < block.FirstSequence || block.Count < 1)
                throw new ArgumentException($"Block {block} does not follow sequence {_handedOver[block.Partition]}.", nameof(blocks));
        }

        for (var i = 0; i < blocks.Count; i++)
            _handedOver[blocks[i].Partition] = blocks[i].LastSequence;
    }

    /// <summary>Takes note of appends that are durable now.</summary>
    public void Durable(List<JournalAppend> appends)
    {
        long entries = 0;
        foreach (var block in new AppendedBlocks(appends))
        {
            Volatile.Write(ref _durable[block.Partition], block.LastSequence);
            Volatile.Write(ref _added[block.Partition], _added[block.Partition] + block.Count);
            entries += block.Count;
        }

        Interlocked.Add(ref _entryCount, entries);
    }
}
