using LeadGrains.Grains.Storage;

namespace LeadGrains.Storage.Copying;

/// <summary>Blocks of different partitions on their way into another journal.</summary>
internal sealed class CopiedBlocks : JournalAppend
{
    private const long Enough = 1 << 20;

    private readonly List<JournalBlock> _blocks = [];
    private readonly HashSet<int> _partitions = [];
    private readonly TaskCompletionSource _durable = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <inheritdoc/>
    public override IReadOnlyList<JournalBlock> Blocks => _blocks;

    /// <summary>Of the entries.</summary>
    public long Bytes { get; private set; }

    /// <summary>Fails as the append does.</summary>
    public Task Durable => _durable.Task;

    /// <summary>Copies a block, whose bytes are lent; false where the partition has one, or there are enough.</summary>
    public bool TryAdd(in JournalBlock block, long epoch)
    {
        if (Bytes >= Enough || !_partitions.Add(block.Partition))
            return false;
        _blocks.Add(block with { Epoch = epoch, Entries = block.Entries.ToArray() });
        Bytes += block.Entries.Length;
        return true;
    }

    /// <inheritdoc/>
    public override void Completed(Exception? failure)
    {
        if (failure is null)
            _durable.SetResult();
        else
            _durable.SetException(failure);
    }
}
