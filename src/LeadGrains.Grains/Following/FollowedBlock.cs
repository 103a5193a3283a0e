using System.Buffers;
using LeadGrains.Grains.Entries;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Recovery;
using LeadGrains.Grains.Storage;

namespace LeadGrains.Grains.Following;

/// <summary>A block of the journal, for a loop that applies what is journalled already.</summary>
internal sealed class FollowedBlock : PartitionRequest
{
    private const int UsualEntryBytes = 128;

    private readonly JournalFeed _feed;
    private readonly int _partition;
    private readonly long _after;
    private readonly int _length;
    private byte[]? _bytes;
    private JournalledEntries? _entries;

    /// <param name="feed">Is told when it has been applied.</param>
    /// <param name="block">Its bytes are copied.</param>
    /// <param name="after">Entries at or below this sequence are passed over.</param>
    public FollowedBlock(JournalFeed feed, in JournalBlock block, long after)
    {
        _feed = feed;
        _partition = block.Partition;
        _after = after;
        _length = block.Entries.Length;
        _bytes = ArrayPool<byte>.Shared.Rent(_length);
        block.Entries.Span.CopyTo(_bytes);
        Weight = Math.Max(block.Count, _length / UsualEntryBytes);
    }

    internal override int Weight { get; }

    internal override void Sequence(PartitionLoop loop, Turn turn)
    {
        var partition = loop.Map[_partition];
        _entries = new JournalledEntries(loop.Node, loop.Settlement);
        foreach (var (_, kind, slot, _) in _entries.Locate(partition, _bytes.AsSpan(0, _length), _after))
        {
            if (kind != GrainKind.None)
                turn.Want(partition, kind, slot);
        }
    }

    internal override void Apply(PartitionLoop loop)
    {
        var partition = loop.Map[_partition];
        var entries = new EntryReader(_bytes.AsSpan(0, _length));
        var count = 0;
        while (entries.TryRead(out var entry))
        {
            if (entry.Sequence <= _after)
                continue;
            _entries!.Apply(partition, entry);
            count++;
        }

        partition.LastSequence = partition.AppliedSequence;
        Return();
        _feed.Applied(count, Weight);
    }

    internal override void Fail(Exception failure) => Return();

    private void Return()
    {
        if (Interlocked.Exchange(ref _bytes, null) is { } bytes)
            ArrayPool<byte>.Shared.Return(bytes);
    }
}
