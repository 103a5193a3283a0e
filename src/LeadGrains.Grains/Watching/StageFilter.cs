namespace LeadGrains.Grains.Watching;

/// <summary>Which changes of stage a watcher is told. All conditions must hold; an empty one holds for everything.</summary>
public sealed record StageFilter
{
    /// <summary>Contacts, accounts, or both.</summary>
    public IReadOnlySet<GrainKind> Kinds { get; init; } = new HashSet<GrainKind>();

    /// <summary>Stages that are entered.</summary>
    public IReadOnlySet<string> To { get; init; } = new HashSet<string>();

    /// <summary>Stages that are left.</summary>
    public IReadOnlySet<string> From { get; init; } = new HashSet<string>();

    /// <summary>Contacts or accounts.</summary>
    public IReadOnlySet<string> Ids { get; init; } = new HashSet<string>();

    internal bool Matches(StageChange change) =>
        Holds(Kinds, change.Kind) && Holds(To, change.To) && Holds(From, change.From) && Holds(Ids, change.Id);

    private static bool Holds<T>(IReadOnlySet<T> accepted, T value) => accepted.Count == 0 || accepted.Contains(value);
}
