using System.Collections.Immutable;

namespace LeadGrains.Scoring;

/// <summary>
/// The models that are served together: one for everybody, and those of workspaces that have their own. All share one
/// layout of columns, so that sums of different workspaces lie side by side. Immutable and safe for many threads.
/// </summary>
public sealed class ModelSet
{
    private readonly Dictionary<string, ScoringModel> _own = new(StringComparer.Ordinal);

    /// <param name="everyones">The model of workspaces that have none of their own.</param>
    /// <param name="own">By workspace, its own model.</param>
    public ModelSet(ScoringModel everyones, IEnumerable<KeyValuePair<string, ScoringModel>> own)
    {
        ArgumentNullException.ThrowIfNull(everyones);
        // The layout follows from the models alone, since rows state their sums by it.
        var given = own.OrderBy(each => each.Key, StringComparer.Ordinal).ToList();
        ScoringModel[] distinct = [.. given.Select(each => each.Value).Prepend(everyones).DistinctBy(HashOf, StringComparer.Ordinal)];
        Columns = [.. distinct.SelectMany(model => model.OwnColumns).Distinct()];
        EngagedHalfLives = [.. distinct.Select(model => model.EngagedHalfLife).Distinct()];
        // A member of another set stands in that one's layout.
        Models = distinct.Length == 1 && everyones.EngagedColumn == 0 && everyones.Columns.SequenceEqual(Columns) ? [everyones] : [.. distinct.Select(model => model.Within(Columns, EngagedHalfLives.IndexOf(model.EngagedHalfLife)))];
        Everyones = Models[0];
        var byHash = Models.ToDictionary(HashOf, StringComparer.Ordinal);
        foreach (var (workspace, model) in given)
            _own.Add(workspace, byHash[HashOf(model)]);
    }

    /// <summary>One model for all workspaces.</summary>
    public ModelSet(ScoringModel everyones)
        : this(everyones, [])
    {
    }

    /// <summary>The model of workspaces that have none of their own.</summary>
    public ScoringModel Everyones { get; }

    /// <summary>Those that are not alike; <see cref="Everyones"/> is the first.</summary>
    public ImmutableArray<ScoringModel> Models { get; }

    /// <summary>What fades alike, in any model.</summary>
    public ImmutableArray<DecayColumn> Columns { get; }

    /// <summary>The half-lives of engagement, none twice.</summary>
    public ImmutableArray<HalfLife> EngagedHalfLives { get; }

    /// <summary>The workspaces that have a model of their own, with it.</summary>
    public IReadOnlyDictionary<string, ScoringModel> Own => _own;

    /// <summary>The traits of accounts or contacts that rankings can filter by in some workspace, none twice.</summary>
    public ImmutableArray<string> Filters(bool account) => [.. Models.SelectMany(model => model.Filters(account)).Distinct(StringComparer.Ordinal)];

    /// <summary>The workspace's model.</summary>
    public ScoringModel Of(string workspace) => _own.GetValueOrDefault(workspace, Everyones);

    private static string HashOf(ScoringModel model) => Convert.ToHexString(model.ContentHash.AsSpan());
}
