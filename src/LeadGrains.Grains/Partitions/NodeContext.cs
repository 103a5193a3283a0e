using LeadGrains.Grains.History;
using LeadGrains.Grains.Metrics;
using LeadGrains.Grains.Parents;
using LeadGrains.Grains.Residents;
using LeadGrains.Grains.Storage;
using LeadGrains.Grains.Watching;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Partitions;

/// <summary>What all loops of a node share. Immutable, or safe for many threads.</summary>
internal sealed class NodeContext(
    GrainNodeOptions options, IJournal journal, IGrainStore store, ScoringModel model, uint modelVersion, TimeProvider clock)
    : IDisposable
{
    private long _newest = long.MinValue;
    private volatile bool _rollupComplete;

    public GrainNodeOptions Options { get; } = options;
    public IJournal Journal { get; } = journal;
    public GrainHistory History { get; } = new(journal);
    public ReplayGate ContactReplays { get; } = new(atOnce: 4);
    public ReplayGate AccountReplays { get; } = new(atOnce: 1);
    public IGrainStore Store { get; } = store;
    public ScoringModel Model { get; } = model;
    public uint ModelVersion { get; } = modelVersion;
    public TimeProvider Clock { get; } = clock;
    public GrainMeters Meters { get; } = new(clock);
    /// <summary>Changes of stage, for whoever watches them.</summary>
    public StageFeed Stages { get; } = new(journal);

    public WorkspaceCodes Workspaces { get; } = new();
    public IPartitionRouter Router { get; set; } = null!;

    /// <summary>When the journal had been replayed. Who left an account before is known to the journal alone.</summary>
    public Instant StartedAt { get; set; } = Instant.Max;

    /// <summary>Opens once every loop has delivered what its contacts contribute.</summary>
    public DeliveryGate Delivered { get; } = new();

    /// <summary>Every contact's contribution has reached its account since the start: accounts may be proposed and ranked.</summary>
    public bool IsRollupComplete { get => _rollupComplete; set => _rollupComplete = value; }

    public void Dispose()
    {
        Meters.Dispose();
        ContactReplays.Dispose();
        AccountReplays.Dispose();
        Stages.Dispose();
    }

    /// <summary>
    /// The receiving clock. It never goes back, neither while the node runs nor, by <see cref="NotBefore"/>, over a
    /// restart, so that no query is asked for an instant before what has been applied.
    /// </summary>
    public Instant Now()
    {
        var now = Instant.FromDateTimeOffset(Clock.GetUtcNow()).Ticks;
        while (true)
        {
            var newest = Interlocked.Read(ref _newest);
            if (now <= newest)
                return new Instant(newest);
            if (Interlocked.CompareExchange(ref _newest, now, newest) == newest)
                return new Instant(now);
        }
    }

    /// <summary>What is loaded or replayed was received at that instant, or later: the receiving clock stands there at least.</summary>
    public void NotBefore(Instant seen)
    {
        var newest = Interlocked.Read(ref _newest);
        while (seen.Ticks > newest)
        {
            var found = Interlocked.CompareExchange(ref _newest, seen.Ticks, newest);
            if (found == newest)
                return;
            newest = found;
        }
    }
}
