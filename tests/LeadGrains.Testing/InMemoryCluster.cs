using LeadGrains.Cluster.Membership;
using LeadGrains.Grains;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Storage;

namespace LeadGrains.Testing;

/// <summary>Where the nodes of a cluster know of each other, in memory and by a test's clock.</summary>
public sealed class InMemoryCluster
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, Node> _nodes = new(StringComparer.Ordinal);
    private readonly HashSet<string> _cutOff = new(StringComparer.Ordinal);
    private readonly HashSet<string> _held = new(StringComparer.Ordinal);
    private readonly Holding[] _partitions;
    private readonly TimeProvider _clock;

    public InMemoryCluster(int partitions, TimeSpan lease, TimeProvider clock)
    {
        _partitions = [.. Enumerable.Range(0, partitions).Select(_ => new Holding("", 0, DateTimeOffset.MinValue))];
        Lease = lease;
        _clock = clock;
    }

    public TimeSpan Lease { get; }

    /// <summary>The active model's version.</summary>
    public uint ModelVersion { get; set; } = 1;

    /// <summary>What a node would see.</summary>
    public ClusterView View
    {
        get
        {
            lock (_gate)
            {
                var now = Now;
                return new ClusterView(
                    [.. _nodes.Select(node => new ClusterMember(node.Key, node.Key, node.Value.IsDrained ? MemberState.Draining : node.Value.State, node.Value.End > now))],
                    [.. _partitions.Index().Select(at => new PartitionHolding(
                        at.Index, at.Item.Owner, at.Item.Epoch, at.Item.End > now ? at.Item.End - now : TimeSpan.Zero, 0))],
                    ModelVersion);
            }
        }
    }

    /// <summary>The membership of one process.</summary>
    public IMembership MembershipOf(string node) => new Membership(this, node, new object());

    /// <summary>A node's questions get no answer at all, not even that there is none, until it is released.</summary>
    public void Hold(string node, bool isHeld = true)
    {
        lock (_gate)
            _ = isHeld ? _held.Add(node) : _held.Remove(node);
    }

    /// <summary>Whether a node's questions are answered.</summary>
    public void CutOff(string node, bool isCutOff = true)
    {
        lock (_gate)
            _ = isCutOff ? _cutOff.Add(node) : _cutOff.Remove(node);
    }

    /// <summary>Asks a node to give its partitions to the others.</summary>
    public void Drain(string node, bool isDrained = true)
    {
        lock (_gate)
            _nodes[node] = _nodes[node] with { IsDrained = isDrained };
    }

    /// <summary>Lets a node have a partition that it has not heard of.</summary>
    public void Slip(string node, int partition)
    {
        lock (_gate)
            _partitions[partition] = new Holding(node, _partitions[partition].Epoch + 1, Now + Lease);
    }

    /// <summary>Does something that nobody can take a partition in between: told the epochs under which partitions are owned.</summary>
    /// <param name="node">Who does it.</param>
    /// <param name="act">It; refused with an exception where the node is cut off.</param>
    public void Fenced(string node, Action<Func<int, long>> act) => Step(node, _ =>
    {
        act(partition => _partitions[partition].Epoch);
        return true;
    });

    private bool IsHeld(string node)
    {
        lock (_gate)
            return _held.Contains(node);
    }

    // The store's clock, which nobody sets when a node's is set.
    private DateTimeOffset Now => DateTimeOffset.UnixEpoch + _clock.GetElapsedTime(0);

    private T Step<T>(string node, Func<DateTimeOffset, T> step)
    {
        lock (_gate)
        {
            return _cutOff.Contains(node)
                ? throw new PartitionUnavailableException("The test has cut the node off.")
                : step(Now);
        }
    }

    private sealed record Node(object Process, MemberState State, bool IsDrained, DateTimeOffset End);

    private readonly record struct Holding(string Owner, long Epoch, DateTimeOffset End);

    private sealed class Membership(InMemoryCluster cluster, string name, object process) : IMembership
    {
        public TimeSpan Lease => cluster.Lease;

        public Task JoinAsync(CancellationToken cancellationToken) => Done(now =>
        {
            if (cluster._nodes.TryGetValue(name, out var other) && other.Process != process && other.End > now)
                throw new StoreUnusableException($"Another process is the node {name}.");
            cluster._nodes[name] = new Node(process, MemberState.Joining, IsDrained: false, now + Lease);
            FreeAll();
            return true;
        });

        public Task<ClusterView> BeatAsync(MemberState state, IReadOnlyList<OwnedPartition> owned, CancellationToken cancellationToken) => Done(now =>
        {
            if (!cluster._nodes.TryGetValue(name, out var node) || node.Process != process)
                throw new StaleEpochException($"The node {name} is no longer in the cluster.");
            cluster._nodes[name] = node with { State = state, End = now + Lease };
            foreach (var own in owned.Where(IsMine))
                cluster._partitions[own.Partition] = cluster._partitions[own.Partition] with { End = now + Lease };
            return cluster.View;
        });

        public Task<IReadOnlyList<OwnedPartition>> TakeAsync(IReadOnlyList<int> partitions, CancellationToken cancellationToken) => Done(now =>
        {
            var taken = new List<OwnedPartition>();
            foreach (var partition in partitions)
            {
                var holding = cluster._partitions[partition];
                if (holding.Owner.Length > 0 && holding.End > now)
                    continue;
                cluster._partitions[partition] = new Holding(name, holding.Epoch + 1, now + Lease);
                taken.Add(new OwnedPartition(partition, holding.Epoch + 1));
            }

            return (IReadOnlyList<OwnedPartition>)taken;
        });

        public Task GiveBackAsync(IReadOnlyList<OwnedPartition> partitions, CancellationToken cancellationToken) => Done(_ =>
        {
            foreach (var own in partitions.Where(IsMine))
                cluster._partitions[own.Partition] = cluster._partitions[own.Partition] with { Owner = "", End = DateTimeOffset.MinValue };
            return true;
        });

        public Task LeaveAsync(CancellationToken cancellationToken) => Done(_ =>
        {
            if (cluster._nodes.TryGetValue(name, out var node) && node.Process == process)
            {
                FreeAll();
                cluster._nodes.Remove(name);
            }

            return true;
        });

        private bool IsMine(OwnedPartition own) => cluster._partitions[own.Partition] is var held && held.Owner == name && held.Epoch == own.Epoch;

        private void FreeAll()
        {
            for (var i = 0; i < cluster._partitions.Length; i++)
            {
                if (cluster._partitions[i].Owner == name)
                    cluster._partitions[i] = cluster._partitions[i] with { Owner = "", End = DateTimeOffset.MinValue };
            }
        }

        private async Task<T> Done<T>(Func<DateTimeOffset, T> step)
        {
            await Task.Yield();
            if (cluster.IsHeld(name))
                await Task.Delay(Timeout.InfiniteTimeSpan);
            return cluster.Step(name, step);
        }
    }
}
