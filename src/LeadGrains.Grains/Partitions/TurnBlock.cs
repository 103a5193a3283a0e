using LeadGrains.Grains.Entries;
using LeadGrains.Grains.Storage;

namespace LeadGrains.Grains.Partitions;

/// <summary>One partition's entries of one turn, while they are written and journalled.</summary>
internal sealed class TurnBlock(Partition partition)
{
    private const int KeptBytesMax = 1 << 20;

    public PooledBuffer Entries { get; } = new();
    public long Turn { get; private set; }
    public long FirstSequence { get; private set; }
    public long LastSequence { get; set; }
    public int Count { get; set; }

    public void Begin(long turn, long firstSequence)
    {
        Turn = turn;
        FirstSequence = firstSequence;
        Count = 0;
        Entries.Clear();
    }

    public JournalBlock Seal() =>
        new(partition.Index, partition.Epoch, FirstSequence, LastSequence, Count, Entries.WrittenMemory);

    // One turn of long signals must not keep its memory for good.
    public void Return()
    {
        if (Entries.WrittenCount > KeptBytesMax)
            Entries.Dispose();
        else
            partition.ReturnBlock(this);
    }
}
