using System.Text;
using LeadGrains.Grains.Merges;

namespace LeadGrains.Grains.Partitions;

/// <summary>A loop's partitions by index, and the lanes that lead to all others.</summary>
internal sealed class PartitionMap
{
    private readonly NodeContext _node;
    private readonly Partition?[] _partitions;
    private readonly bool[] _leaving;

    public PartitionMap(NodeContext node, IReadOnlyList<Partition> partitions)
    {
        _node = node;
        _partitions = new Partition?[node.Journal.PartitionCount];
        _leaving = new bool[node.Journal.PartitionCount];
        foreach (var partition in partitions)
            _partitions[partition.Index] = partition;
    }

    /// <summary>Partitions may be missing at any time that were here before.</summary>
    public bool MayMove => _node.Parts.PartitionsMove;

    /// <summary>The partition is driven here, and takes what is new.</summary>
    public bool Takes(int partition) => _partitions[partition] is not null && !_leaving[partition];

    /// <summary>The key's partition is driven here, and takes what is new.</summary>
    public bool Takes(GrainKey key) => Takes(IndexOf(KeyHash.Of(key)));

    /// <summary>A merge that was decided so may begin here.</summary>
    public bool Takes(MergeStamp decided) =>
        decided.Epoch >= _node.Router.EpochOf(MergeDesk.Partition) && _node.Parts.Merges.Takes(decided);

    public void Add(Partition partition) => _partitions[partition.Index] = partition;

    /// <summary>From here on the partition takes nothing new.</summary>
    public void Close(Partition partition) => _leaving[partition.Index] = true;

    public void Remove(Partition partition)
    {
        _partitions[partition.Index] = null;
        _leaving[partition.Index] = false;
    }

    /// <summary>The epoch under which a partition is driven here; null where it is not.</summary>
    public long? EpochOf(int index) => _partitions[index]?.Epoch;

    /// <exception cref="PartitionUnavailableException">Another loop or node drives it.</exception>
    public Partition this[int index] =>
        _partitions[index] ?? throw new PartitionUnavailableException($"Partition {index} is not driven here.");

    /// <summary>Where a key is; slot -1 where it is not known.</summary>
    public (Partition Partition, int Slot) Find(GrainKey key)
    {
        var hash = KeyHash.Of(key);
        var partition = this[IndexOf(hash)];
        return _node.Workspaces.TryFind(key.Workspace, out var workspace)
            ? (partition, partition.KeysOf(key.Kind).Find(hash, workspace, Encoding.UTF8.GetBytes(key.Id)))
            : (partition, -1);
    }

    /// <summary>The partition of a key.</summary>
    /// <exception cref="PartitionUnavailableException">Another loop or node drives it.</exception>
    public Partition PartitionOf(GrainKey key) => this[IndexOf(KeyHash.Of(key))];

    /// <summary>The partition of a key hash, of whatever lane.</summary>
    public int IndexOf(ulong hash) => KeyHash.PartitionOf(hash, _partitions.Length);

    public int LaneOf(GrainKey key) => _node.Router.LaneOf(IndexOf(KeyHash.Of(key)));

    public int LaneOfAccount(Partition partition, int accountRef) =>
        _node.Router.LaneOf(IndexOf(partition.AccountRefs.HashOf(accountRef)));
}
