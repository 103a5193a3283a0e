using LeadGrains.Grains.Erasing;
using LeadGrains.Grains.Following;
using LeadGrains.Grains.History;
using LeadGrains.Grains.Merges;
using LeadGrains.Grains.Metrics;
using LeadGrains.Grains.Residents;
using LeadGrains.Grains.Retention;
using LeadGrains.Grains.Storage;
using LeadGrains.Grains.Watching;

namespace LeadGrains.Grains.Partitions;

/// <summary>What a node has whatever its grains are scored under. Immutable, or safe for many threads.</summary>
internal sealed class NodeParts : IDisposable
{
    private ulong _tellings;

    public NodeParts(
        GrainNodeOptions options, IJournal journal, IGrainStore store, IPartitionOwnership ownership, TimeProvider clock,
        ErasingStore? erasing = null)
    {
        Erasing = erasing;
        ErasureRecords = erasing is null ? null : new ErasureRecords(erasing.Registry, erasing.NewSecret, Tombstones);
        RetentionRecords = erasing is null ? null : new RetentionRecords(erasing.Registry);
        Options = options;
        Journal = journal;
        History = new GrainHistory(journal);
        Store = store;
        PartitionsMove = ownership.MayMove;
        Owned = PartitionsMove ? [] : ownership.Owned;
        Clock = clock;
        Receiving = new ReceivingClock(clock);
        Meters = new GrainMeters(clock);
        RetentionMeters = new RetentionMeters(Meters.Meter, options.Retention.IsOn);
        Changes = new ChangeFeed(journal);
        Relay = PartitionsMove ? new ChangeRelay(journal, Changes, clock) : null;
        Drops = new GenerationDrops(store, Failures);
    }

    public GrainNodeOptions Options { get; }
    public IJournal Journal { get; }
    public GrainHistory History { get; }
    public ReplayGate ContactReplays { get; } = new(atOnce: 4);
    public ReplayGate AccountReplays { get; } = new(atOnce: 1);
    public IGrainStore Store { get; }
    /// <summary>What it drives from the start.</summary>
    public IReadOnlyList<OwnedPartition> Owned { get; }

    /// <summary>Partitions come and go while it runs, and others are driven elsewhere.</summary>
    public bool PartitionsMove { get; }
    public TimeProvider Clock { get; }
    public ReceivingClock Receiving { get; }
    public GrainMeters Meters { get; }

    /// <summary>What it counts of what was let go of.</summary>
    public RetentionMeters RetentionMeters { get; }

    /// <summary>Changes, for whoever watches them.</summary>
    public ChangeFeed Changes { get; }

    /// <summary>Tells of changes in partitions that other nodes drive; null where there are no other nodes.</summary>
    public ChangeRelay? Relay { get; }

    public WorkspaceCodes Workspaces { get; } = new();

    /// <summary>
    /// Whose a model of a workspace is: everyone's, told by an empty text, as long as nobody but "default" has any grains.
    /// Otherwise a server with one workspace would serve two models for ever.
    /// </summary>
    public string ScopeOf(string workspace) => workspace == Grains.Workspaces.Default && Workspaces.HasNoneBut(workspace) ? "" : workspace;

    /// <summary>Who is told of what failed without anybody waiting for it.</summary>
    public UnseenFailures Failures { get; } = new();

    /// <summary>What partitions that are driven here know of who decides merges.</summary>
    public MergeFloor Merges { get; } = new();

    /// <summary>Ids that were erased.</summary>
    public Tombstones Tombstones { get; } = new();

    /// <summary>What erasing needs of the store; null where nobody is erased.</summary>
    public ErasingStore? Erasing { get; }

    /// <summary>How far erasures are; null where nobody is erased.</summary>
    public ErasureRecords? ErasureRecords { get; }

    /// <summary>What the last run did that let go of what is too old; null where nobody is erased.</summary>
    public RetentionRecords? RetentionRecords { get; }

    /// <summary>Told of each run that let go of what is too old.</summary>
    public Func<RetentionReport, CancellationToken, Task> RetentionFinished { get; set; } = static (_, _) => Task.CompletedTask;

    /// <summary>Had by who scores the journal under another model, or writes it anew.</summary>
    public SemaphoreSlim Building { get; } = new(1, 1);

    /// <summary>Had by who searches the whole store for what an erasure has left.</summary>
    public SemaphoreSlim Searching { get; } = new(1, 1);

    /// <summary>Who follows the journal under another model; null where nobody does.</summary>
    public Func<ShadowFollower?> Shadow { get; set; } = static () => null;

    /// <summary>Rows on their way out.</summary>
    public GenerationDrops Drops { get; }

    /// <summary>A number for what a partition of this node tells those of others; rises.</summary>
    public ulong NextTelling() => Interlocked.Increment(ref _tellings);

    public void Dispose()
    {
        Meters.Dispose();
        ContactReplays.Dispose();
        AccountReplays.Dispose();
        Relay?.Dispose();
        Changes.Dispose();
        Drops.Dispose();
        Building.Dispose();
        Searching.Dispose();
        ErasureRecords?.Dispose();
    }
}
