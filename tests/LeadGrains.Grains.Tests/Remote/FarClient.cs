using LeadGrains.Cluster.Solo;
using LeadGrains.Grains.Merges;
using LeadGrains.Grains.Partitions;
using LeadGrains.Testing;

namespace LeadGrains.Grains.Tests.Remote;

/// <summary>The client of a node that drives no partition: everything is asked of another node.</summary>
internal sealed class FarClient : IDisposable
{
    private readonly NodeParts _parts;
    private readonly MergeDesk _merges;

    public FarClient(TestNode node, int lanes)
    {
        Router = new WireRouter(node, lanes);
        _parts = new NodeParts(node.Options, node.Journal, node.Store, new SoloOwnership(node.Journal.PartitionCount), node.Clock);
        var context = new NodeContext(_parts, node.Store.Active, node.Client.Served) { Router = Router, StartedAt = Scoring.Instant.Min };
        _merges = new MergeDesk(context, _ => { });
        var readers = new GrainReaders(context);
        Client = new GrainClient(context, _merges, () => readers, _ => readers);
    }

    public WireRouter Router { get; }

    public GrainClient Client { get; }

    public void Dispose()
    {
        _merges.Dispose();
        _parts.Dispose();
    }
}
