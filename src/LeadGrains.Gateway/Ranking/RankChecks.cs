using Google.Protobuf.Collections;
using LeadGrains.Gateway.Calls;
using LeadGrains.Gateway.Checks;
using LeadGrains.Grains;
using LeadGrains.Grains.Ranking;
using LeadGrains.Scoring;

namespace LeadGrains.Gateway.Ranking;

/// <summary>Checks the filter and the order of a ranked query. What fails is added to the checks of the request.</summary>
internal sealed class RankChecks(Func<string, ServedModel> active)
{
    public static RankBy By(V1.RankBy by, RequestChecks fields)
    {
        switch (by)
        {
            case V1.RankBy.Unspecified or V1.RankBy.Total:
                return RankBy.Total;
            case V1.RankBy.Intent:
                return RankBy.Intent;
            case V1.RankBy.Fit:
                return RankBy.Fit;
            case V1.RankBy.Velocity:
                return RankBy.Velocity;
            default:
                fields.Add("rank_by", "rank_by must be RANK_BY_TOTAL, RANK_BY_INTENT, RANK_BY_FIT or RANK_BY_VELOCITY");
                return default;
        }
    }

    /// <summary>A filter under the workspace's active model.</summary>
    public RankFilter Filter(string workspace, GrainKind kind, V1.RankFilter? filter, RequestChecks fields, string field = "filter") =>
        Filter(active(workspace), kind, filter, fields, field);

    /// <summary>A filter under a model.</summary>
    public static RankFilter Filter(ServedModel model, GrainKind kind, V1.RankFilter? filter, RequestChecks fields, string field = "filter")
    {
        filter ??= new V1.RankFilter();
        var stages = model.Model.Stages(kind == GrainKind.Account).Stages;
        return new RankFilter
        {
            Stages = Named($"{field}.stages", filter.Stages, stages.Select(stage => stage.Name), fields),
            Grades = Named($"{field}.grades", filter.Grades, GradeScale.Names, fields),
            MinTotal = Bound($"{field}.min_total", filter.HasMinTotal, filter.MinTotal, fields),
            MinFit = Bound($"{field}.min_fit", filter.HasMinFit, filter.MinFit, fields),
            MinIntent = Bound($"{field}.min_intent", filter.HasMinIntent, filter.MinIntent, fields),
            Traits = Traits($"{field}.traits", filter, fields),
            IncludeDisqualified = filter.IncludeDisqualified,
            Dormant = filter.Dormant,
            Surging = Of(GrainKind.Account, $"{field}.surging", filter.Surging, kind, fields),
            Unmatched = Of(GrainKind.Contact, $"{field}.unmatched", filter.Unmatched, kind, fields),
        };
    }

    private static string[] Named(string field, RepeatedField<string> names, IEnumerable<string> known, RequestChecks fields)
    {
        if (names.Count == 0)
            return [];
        if (names.FirstOrDefault(name => !known.Contains(name, StringComparer.Ordinal)) is { } unknown)
            fields.Add(field, $"{field} has '{Faults.Shown(unknown)}', known are: {(known.Any() ? string.Join(", ", known) : "none")}");
        return [.. names.Distinct(StringComparer.Ordinal)];
    }

    private static bool Of(GrainKind meant, string field, bool isSet, GrainKind kind, RequestChecks fields)
    {
        if (isSet && kind != meant)
            fields.Add(field, $"{field} is of {(meant == GrainKind.Account ? "accounts" : "contacts")} only");
        return isSet;
    }

    private static double? Bound(string field, bool has, double bound, RequestChecks fields)
    {
        if (!has)
            return null;
        if (double.IsNaN(bound))
            fields.Add(field, $"{field} must be a number");
        return bound;
    }

    private static Dictionary<string, IReadOnlyList<string>> Traits(string field, V1.RankFilter filter, RequestChecks fields)
    {
        var count = filter.Traits.Sum(trait => trait.Value.Values.Count);
        var traits = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        if (count > Limits.FilterValues)
        {
            fields.Add(FieldChecks.TooLong(field, count, Limits.FilterValues, "values"));
            return traits;
        }

        foreach (var (name, accepted) in filter.Traits)
        {
            if (FieldChecks.Text(field, name, Limits.TraitNameBytes) is { } fault)
            {
                fields.Add(fault);
                break;
            }

            if (accepted.Values.Count > 0) // An empty list holds for everything.
                traits.Add(name, accepted.Values);
        }

        return traits;
    }
}
