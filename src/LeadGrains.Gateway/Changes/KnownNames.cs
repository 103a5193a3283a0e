using LeadGrains.Gateway.Checks;
using LeadGrains.Grains;
using LeadGrains.Scoring;

namespace LeadGrains.Gateway.Changes;

/// <summary>Whether a model has the stages and thresholds that somebody names: what it does not have is most often mistyped.</summary>
internal static class KnownNames
{
    private const int ListedMax = 20;

    /// <summary>Stages of these kinds of grains, or of both where there is none.</summary>
    public static void Stages(string field, IEnumerable<string> names, ScoringModel model, IReadOnlySet<GrainKind> kinds, RequestChecks fields) =>
        Check(field, "stage", names, kinds, account => [.. model.Stages(account).Stages.Select(stage => stage.Name)], fields);

    /// <summary>The same for thresholds.</summary>
    public static void Thresholds(string field, IEnumerable<string> names, ScoringModel model, IReadOnlySet<GrainKind> kinds, RequestChecks fields) =>
        Check(field, "threshold", names, kinds, account => [.. model.Thresholds(account).All.Select(threshold => threshold.Name)], fields);

    private static void Check(
        string field, string what, IEnumerable<string> names, IReadOnlySet<GrainKind> kinds, Func<bool, List<string>> namesOf, RequestChecks fields)
    {
        var known = new List<(string Whose, List<string> Names)>();
        if (kinds.Count == 0 || kinds.Contains(GrainKind.Contact))
            known.Add(("contacts", namesOf(false)));
        if (kinds.Count == 0 || kinds.Contains(GrainKind.Account))
            known.Add(("accounts", namesOf(true)));
        if (names.FirstOrDefault(name => !known.Exists(kind => kind.Names.Contains(name))) is { } unknown)
            fields.Add(field, $"{field} has \"{unknown}\", which is no {what} of the active model; it has for {string.Join(", for ", known.Select(Listed))}");
    }

    private static string Listed((string Whose, List<string> Names) kind) => kind.Names.Count switch
    {
        0 => $"{kind.Whose} none",
        <= ListedMax => $"{kind.Whose} {string.Join(", ", kind.Names)}",
        _ => $"{kind.Whose} {string.Join(", ", kind.Names.Take(ListedMax))} and {kind.Names.Count - ListedMax} more",
    };
}
