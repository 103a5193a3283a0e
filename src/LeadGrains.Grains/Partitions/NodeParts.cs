using LeadGrains.Grains.History;
using LeadGrains.Grains.Metrics;
using LeadGrains.Grains.Residents;
using LeadGrains.Grains.Storage;
using LeadGrains.Grains.Watching;

namespace LeadGrains.Grains.Partitions;

/// <summary>What a node has whatever its grains are scored under. Immutable, or safe for many threads.</summary>
internal sealed class NodeParts(
    GrainNodeOptions options, IJournal journal, IGrainStore store, IReadOnlyList<OwnedPartition> owned, TimeProvider clock) : IDisposable
{
    public GrainNodeOptions Options { get; } = options;
    public IJournal Journal { get; } = journal;
    public GrainHistory History { get; } = new(journal);
    public ReplayGate ContactReplays { get; } = new(atOnce: 4);
    public ReplayGate AccountReplays { get; } = new(atOnce: 1);
    public IGrainStore Store { get; } = store;
    public IReadOnlyList<OwnedPartition> Owned { get; } = owned;
    public TimeProvider Clock { get; } = clock;
    public ReceivingClock Receiving { get; } = new(clock);
    public GrainMeters Meters { get; } = new(clock);

    /// <summary>Changes of stage, for whoever watches them.</summary>
    public StageFeed Stages { get; } = new(journal);

    public WorkspaceCodes Workspaces { get; } = new();

    public void Dispose()
    {
        Meters.Dispose();
        ContactReplays.Dispose();
        AccountReplays.Dispose();
        Stages.Dispose();
    }
}
