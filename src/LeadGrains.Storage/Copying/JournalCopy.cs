using LeadGrains.Grains.Storage;

namespace LeadGrains.Storage.Copying;

/// <summary>Copies entries with their sequences, block by block, under the epochs of the target.</summary>
internal sealed class JournalCopy(IJournal source, IJournal target, long[] epochs, Action<CopyProgress> progress)
{
    // What is handed over and not yet durable. The journal makes one commit of what waits.
    private const long MostUnderWay = 16 << 20;

    private readonly Queue<CopiedBlocks> _underWay = new();
    private CopiedBlocks _filling = new();
    private long _bytesUnderWay;
    private long _entries;

    /// <summary>Begins where the target's journal ends. Not on a thread that others need.</summary>
    public void Run(CancellationToken cancellationToken)
    {
        _entries = target.EntryCount;
        var after = Enumerable.Range(0, source.PartitionCount).Select(partition => new JournalPosition(partition, target.LastSequence(partition))).ToList();
        foreach (var block in source.Read(after, cancellationToken))
        {
            if (!_filling.TryAdd(block, epochs[block.Partition]))
            {
                HandOver();
                _filling.TryAdd(block, epochs[block.Partition]);
            }

            while (_bytesUnderWay > MostUnderWay)
                WaitForOne();
        }

        if (_filling.Blocks.Count > 0)
            HandOver();
        while (_underWay.Count > 0)
            WaitForOne();
    }

    private void HandOver()
    {
        target.Append(_filling);
        _underWay.Enqueue(_filling);
        _bytesUnderWay += _filling.Bytes;
        _filling = new CopiedBlocks();
    }

    private void WaitForOne()
    {
        var first = _underWay.Dequeue();
        first.Durable.GetAwaiter().GetResult();
        _bytesUnderWay -= first.Bytes;
        _entries += first.Blocks.Sum(block => (long)block.Count);
        progress(new CopyProgress(CopyStep.Journal, _entries, (double)_entries / Math.Max(1, source.EntryCount)));
    }
}
