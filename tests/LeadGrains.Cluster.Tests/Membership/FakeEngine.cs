using System.Collections.Concurrent;
using LeadGrains.Cluster.Membership;
using LeadGrains.Grains.Partitions;

namespace LeadGrains.Cluster.Tests.Membership;

/// <summary>Drives partitions by noting them.</summary>
internal sealed class FakeEngine : IPartitionEngine
{
    private readonly ConcurrentDictionary<int, long> _driven = new();
    private readonly ConcurrentQueue<int> _released = new();

    public uint ModelVersion { get; set; } = 1;

    public bool KeepsPartitions { get; set; }

    public bool IsAborted { get; private set; }

    /// <summary>Adopting and releasing wait for it.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    public Exception? AdoptFailure { get; set; }

    public ClusterView? Seen { get; private set; }

    public IReadOnlyList<int> Driven => [.. _driven.Keys.Order()];

    public IReadOnlyCollection<int> Released => _released;

    public void Lead(ClusterView view) => Seen = view;

    public async Task AdoptAsync(IReadOnlyList<OwnedPartition> partitions, CancellationToken cancellationToken)
    {
        await Gate.WaitAsync(cancellationToken);
        if (AdoptFailure is { } failure)
            throw failure;
        foreach (var (partition, epoch) in partitions)
            Assert.True(_driven.TryAdd(partition, epoch), $"partition {partition} was adopted twice");
    }

    public async Task ReleaseAsync(IReadOnlyList<int> partitions, CancellationToken cancellationToken)
    {
        await Gate.WaitAsync(cancellationToken);
        foreach (var partition in partitions)
        {
            Assert.True(_driven.TryRemove(partition, out _), $"partition {partition} was released and not driven");
            _released.Enqueue(partition);
        }
    }

    public void Abort()
    {
        IsAborted = true;
        _driven.Clear();
    }
}
