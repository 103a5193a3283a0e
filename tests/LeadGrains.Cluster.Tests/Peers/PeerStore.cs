using LeadGrains.Cluster.Membership;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Storage;
using LeadGrains.Scoring;
using LeadGrains.Testing;

namespace LeadGrains.Cluster.Tests.Peers;

/// <summary>A store in memory that nodes share, and who of them drives what.</summary>
internal sealed class PeerStore
{
    private const int Partitions = 8;

    private PeerStore()
    {
    }

    public InMemoryJournal Journal { get; } = new(Partitions);

    public InMemoryGrainStore Rows { get; } = new(Partitions);

    public static async Task<PeerStore> NewAsync()
    {
        var store = new PeerStore();
        var model = DefaultModel.Model;
        await store.Rows.ActivateAsync(
            new ModelActivation
            {
                Active = new ActiveModel(1, new long[Partitions]),
                Added = new StoredModel(1, model.ContentHash.ToArray(), model.Yaml, "tests", Instant.FromDateTimeOffset(DateTimeOffset.UnixEpoch), ""),
            },
            CancellationToken.None);
        return store;
    }

    /// <summary>Deals the partitions out among the nodes, and lets each know.</summary>
    public async Task DealAsync(params IReadOnlyList<PeerNode> nodes)
    {
        for (var partition = 0; partition < Partitions; partition++)
            await nodes[partition % nodes.Count].Node.AdoptAsync([new OwnedPartition(partition, 1)], CancellationToken.None);
        Lead(nodes, nodes);
    }

    /// <summary>Lets nodes know who drives what.</summary>
    public static void Lead(IReadOnlyList<PeerNode> told, IReadOnlyList<PeerNode> owners)
    {
        var view = new ClusterView(
            [.. told.Union(owners).Select(node => node.Member)],
            [.. Enumerable.Range(0, Partitions).Select(partition => new PartitionHolding(
                partition, owners[partition % owners.Count].Member.Name, 1, TimeSpan.FromSeconds(10), 0))],
            1);
        foreach (var node in told)
            node.Router.Lead(view);
    }
}
