using System.Runtime.CompilerServices;
using LeadGrains.Grains.Activation;
using LeadGrains.Grains.Checkpoints;
using LeadGrains.Grains.Entries;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Rollup;
using LeadGrains.Grains.Storage;

namespace LeadGrains.Grains.Recovery;

/// <summary>
/// Applies the journal's tail to a lane's partitions, before their loop runs. An entry at or below a grain's own version
/// is skipped, so that rows which are ahead of the checkpoint stay as they are.
/// </summary>
/// <remarks>
/// The tail is gathered until a long stretch of it is there, which is then applied partition by partition: the rows that it
/// needs are read together, and what the processor has fetched of a partition serves many entries.
/// </remarks>
internal sealed class Replay(RecoveryLane lane) : IDisposable
{
    // Of all partitions of the lane: some 100,000 entries.
    private const int StretchBytes = 16 << 20;

    private readonly int _activeMax = Math.Max(1, lane.Node.Options.ActiveGrains / Math.Max(1, lane.Node.Options.Loops) / Math.Max(lane.Partitions.Count, lane.Loop.Partitions.Length));
    private readonly Dictionary<Partition, PooledList<byte>> _gathered = lane.Partitions.ToDictionary(partition => partition, _ => new PooledList<byte>());
    private readonly JournalledEntries _entries = new(lane.Node, lane.Settlement, accountsKnow: lane.Node.Parts.PartitionsMove);
    private readonly ColdRows _cold = new(lane);

    /// <summary>Entries that were applied.</summary>
    public long Applied => _entries.Applied;

    public void Run(IReadOnlyList<long> checkpoints, CancellationToken cancellationToken)
    {
        foreach (var partition in lane.Partitions)
        {
            partition.CheckpointSequence = checkpoints[partition.Index];
            partition.AppliedSequence = checkpoints[partition.Index];
            partition.LastSequence = Math.Max(checkpoints[partition.Index], lane.Node.Journal.LastSequence(partition.Index));
            var activeAfter = lane.Node.ActiveAfter[partition.Index];
            partition.ModelSequence = partition.LastSequence > activeAfter ? activeAfter + 1 : 0;
        }

        var gathered = 0;
        var positions = lane.Partitions.Where(partition => partition.LastSequence > partition.CheckpointSequence)
            .Select(partition => new JournalPosition(partition.Index, partition.CheckpointSequence));
        foreach (var block in lane.Node.Journal.Read([.. positions], cancellationToken))
        {
            _gathered[lane[block.Partition]].Add(block.Entries.Span);
            gathered += block.Entries.Length;
            if (gathered < StretchBytes)
                continue;
            ApplyGathered(cancellationToken);
            gathered = 0;
        }

        ApplyGathered(cancellationToken);
        Settle();
    }

    public void Dispose()
    {
        foreach (var bytes in _gathered.Values)
            bytes.Dispose();
    }

    private void ApplyGathered(CancellationToken cancellationToken)
    {
        foreach (var (partition, bytes) in _gathered)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (bytes.Count > 0)
                Apply(partition, bytes.Items, cancellationToken);
            bytes.Clear();
        }
    }

    private void Apply(Partition partition, ReadOnlySpan<byte> stretch, CancellationToken cancellationToken)
    {
        var after = partition.AppliedSequence;
        var places = _entries.Locate(partition, stretch, after);
        Want(partition, places);
        if (partition.ActiveCount > 0 && partition.ActiveCount + _cold.Count > _activeMax)
        {
            MakeRoom(partition);
            Want(partition, places);
        }

        _cold.Fetch(partition, cancellationToken);
        var entries = new EntryReader(stretch);
        while (entries.TryRead(out var entry))
        {
            if (entry.Sequence > after)
                _entries.Apply(partition, entry);
        }
    }

    // Which of the stretch's grains must come from their rows.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Want(Partition partition, ReadOnlySpan<EntryPlace> places)
    {
        foreach (var (_, kind, slot, sequence) in places)
        {
            if (kind != GrainKind.None && sequence > partition.ColumnsOf(kind).LastSequence[slot]
                && partition.FindGrain(kind, slot) is null && partition.BeginFetch(kind, slot))
            {
                _cold.Add(partition, kind, slot);
            }
        }
    }

    private void Settle()
    {
        lane.FollowClock();
        lane.Settlement.Run(lane.Node.Now());
    }

    private void MakeRoom(Partition partition)
    {
        Settle();
        new Checkpointer(lane.Loop).RunToEnd(partition, lane.Node.Now());
        lane.Node.Meters.Evicted(partition.Evict(int.MaxValue, long.MaxValue));
    }
}
