namespace LeadGrains.Grains.Watching;

/// <summary>
/// Which changes a watcher is told. All conditions must hold; an empty one holds for everything. Stages are asked of
/// changes of stage only, thresholds of crossings only.
/// </summary>
public sealed record ChangeFilter
{
    /// <summary>Which sorts.</summary>
    public IReadOnlySet<ChangeType> Types { get; init; } = new HashSet<ChangeType>();

    /// <summary>Contacts, accounts, or both.</summary>
    public IReadOnlySet<GrainKind> Kinds { get; init; } = new HashSet<GrainKind>();

    /// <summary>Stages that are entered.</summary>
    public IReadOnlySet<string> To { get; init; } = new HashSet<string>();

    /// <summary>Stages that are left.</summary>
    public IReadOnlySet<string> From { get; init; } = new HashSet<string>();

    /// <summary>Thresholds that are crossed.</summary>
    public IReadOnlySet<string> Thresholds { get; init; } = new HashSet<string>();

    /// <summary>Contacts or accounts.</summary>
    public IReadOnlySet<string> Ids { get; init; } = new HashSet<string>();

    /// <summary>Whether a watcher is told of it.</summary>
    public bool Matches(GrainChange change) =>
        Holds(Types, change.Type) && Holds(Kinds, change.Kind) && Holds(Ids, change.Id)
        && (change is not StageChange stage || (Holds(To, stage.To) && Holds(From, stage.From)))
        && (change is not ThresholdCrossing crossing || Holds(Thresholds, crossing.Crossed.Threshold));

    private static bool Holds<T>(IReadOnlySet<T> accepted, T value) => accepted.Count == 0 || accepted.Contains(value);
}
