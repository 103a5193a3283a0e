using LeadGrains.Grains.History;
using LeadGrains.Grains.Metrics;
using LeadGrains.Grains.Parents;
using LeadGrains.Grains.Residents;
using LeadGrains.Grains.Storage;
using LeadGrains.Grains.Watching;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Partitions;

/// <summary>What all loops share that score under one set of models. Immutable, or safe for many threads.</summary>
/// <param name="parts">What the node has whatever the model.</param>
/// <param name="store">The rows that are scored under them.</param>
/// <param name="served">The models.</param>
internal sealed class NodeContext(NodeParts parts, IGrainGeneration store, ServedModels served)
{
    private volatile IPartitionRouter? _router;

    public NodeParts Parts => parts;
    public GrainNodeOptions Options => parts.Options;
    public IJournal Journal => parts.Journal;
    public GrainHistory History => parts.History;
    public ReplayGate ContactReplays => parts.ContactReplays;
    public ReplayGate AccountReplays => parts.AccountReplays;
    public IGrainGeneration Store => store;
    public ServedModels Served => served;
    public WorkspaceModels Models { get; } = new(served.Set, parts.Workspaces);
    public uint ModelVersion => served.Version;
    public TimeProvider Clock => parts.Clock;
    public GrainMeters Meters => parts.Meters;
    public ChangeFeed Changes => parts.Changes;
    public WorkspaceCodes Workspaces => parts.Workspaces;

    /// <summary>The way to all partitions; there is none before the loops begin.</summary>
    public IPartitionRouter Router { get => _router!; set => _router = value; }

    /// <summary>By partition, the last sequence before the model became active; only entries after it say that it is.</summary>
    public IReadOnlyList<long> ActiveAfter { get; set; } = new long[parts.Journal.PartitionCount];

    /// <summary>Changes that the model makes due are not announced.</summary>
    public bool IsSilent { get; set; }

    /// <summary>What was served before, by the same process; null where nothing was.</summary>
    public ModelSet? Former { get; set; }

    /// <summary>When the journal had been replayed. Who left an account before is known to the journal alone.</summary>
    public Instant StartedAt { get; set; } = Instant.Max;

    /// <summary>Opens once every loop has delivered what its contacts contribute.</summary>
    public DeliveryGate Delivered { get; } = new();

    /// <summary>The workspace was scored by another model before.</summary>
    public bool IsRescored(string workspace) =>
        Former is null || !Former.Of(workspace).ContentHash.AsSpan().SequenceEqual(served.Set.Of(workspace).ContentHash.AsSpan());

    /// <summary>The model that the workspace is scored by.</summary>
    public ScoringModel ModelOf(string workspace) => served.Set.Of(workspace);

    /// <summary>The same, for the workspace of a grain.</summary>
    public ScoringModel ModelOf(Partition partition, GrainKind kind, int slot) => Models.Only ?? Models.Of(partition.KeysOf(kind).WorkspaceOf(slot));

    /// <inheritdoc cref="ReceivingClock.Now"/>
    public Instant Now() => parts.Receiving.Now();

    /// <inheritdoc cref="ReceivingClock.NotBefore"/>
    public void NotBefore(Instant seen) => parts.Receiving.NotBefore(seen);
}
