using LeadGrains.Grains.Partitions;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Recovery;

/// <summary>
/// Some of a loop's partitions on their way back, on a thread of their own: until the loop runs, partitions have nothing to
/// do with each other. What all lanes touch is safe for many threads.
/// </summary>
internal sealed class RecoveryLane
{
    private readonly PartitionLoop _loop;
    private readonly Partition?[] _byIndex;
    private readonly Dictionary<Partition, RowPlaces> _places;
    private Instant _clock = Instant.Min;

    public RecoveryLane(PartitionLoop loop, IReadOnlyList<Partition> partitions)
    {
        _loop = loop;
        Partitions = partitions;
        _byIndex = new Partition?[loop.Node.Journal.PartitionCount];
        foreach (var partition in partitions)
            _byIndex[partition.Index] = partition;
        _places = partitions.ToDictionary(partition => partition, partition => new RowPlaces(partition));
        Settlement = new Settlement(loop.Node, loop.Outbox, loop.Names, loop.Proposals) { Duty = LoopDuty.Replay };
    }

    public NodeContext Node => _loop.Node;

    /// <summary>The loop that will drive the partitions.</summary>
    public PartitionLoop Loop => _loop;

    public IReadOnlyList<Partition> Partitions { get; }

    /// <summary>Settles grains of these partitions alone.</summary>
    public Settlement Settlement { get; }

    /// <summary>One of the partitions.</summary>
    public Partition this[int index] => _byIndex[index] ?? throw new InvalidOperationException($"Partition {index} is not recovered here.");

    /// <summary>Where the store has the partition's rows.</summary>
    public RowPlaces PlacesOf(Partition partition) => _places[partition];

    /// <summary>Partitions of a loop in so many shares, or in as many as there are.</summary>
    public static IEnumerable<RecoveryLane> Of(PartitionLoop loop, IReadOnlyList<Partition> partitions, int shares)
    {
        var each = (partitions.Count + shares - 1) / shares;
        return partitions.Chunk(Math.Max(1, each)).Select(share => new RecoveryLane(loop, share));
    }

    /// <summary>Reads the rows and applies the journal's tail.</summary>
    /// <returns>Entries that were applied.</returns>
    public long Run(IReadOnlyList<long> checkpoints, CancellationToken cancellationToken)
    {
        new ResidentLoader(this).Run(cancellationToken);
        using var replay = new Replay(this);
        replay.Run(checkpoints, cancellationToken);
        return replay.Applied;
    }

    /// <summary>The partitions' numbers, as ranges without gaps.</summary>
    public IEnumerable<(int First, int Last)> Ranges()
    {
        for (var from = 0; from < Partitions.Count;)
        {
            var to = from;
            while (to + 1 < Partitions.Count && Partitions[to + 1].Index == Partitions[to].Index + 1)
                to++;
            yield return (Partitions[from].Index, Partitions[to].Index);
            from = to + 1;
        }
    }

    /// <summary>The clock stands at that instant at least, and the partitions' landmarks have followed it.</summary>
    public void NotBefore(Instant seen)
    {
        if (seen <= _clock)
            return;
        Node.NotBefore(seen);
        FollowClock();
    }

    /// <summary>Moves landmarks on, before sums are stated relative to them.</summary>
    public void FollowClock()
    {
        _clock = Node.Now();
        foreach (var partition in Partitions)
        {
            partition.Contacts.Columns.AdvanceTo(_clock);
            partition.Accounts.Columns.AdvanceTo(_clock);
        }
    }
}
