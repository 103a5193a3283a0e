using System.Collections.Immutable;
using LeadGrains.Gateway.Calls;
using LeadGrains.Gateway.Checks;
using LeadGrains.Gateway.Models;
using LeadGrains.Grains;
using LeadGrains.Grains.Ranking;
using LeadGrains.Scoring;

namespace LeadGrains.Gateway.Ranking;

/// <summary>Checks the filter and the order of a ranked query. What fails ends the call with INVALID_ARGUMENT.</summary>
internal sealed class RankChecks(ServedModel active)
{
    private readonly ImmutableArray<string> _contactStages = [.. active.Model.ContactStages.Stages.Select(stage => stage.Name)];
    private readonly ImmutableArray<string> _accountStages = [.. active.Model.AccountStages.Stages.Select(stage => stage.Name)];

    public static RankBy By(V1.RankBy by) => by switch
    {
        V1.RankBy.Unspecified or V1.RankBy.Total => RankBy.Total,
        V1.RankBy.Intent => RankBy.Intent,
        V1.RankBy.Fit => RankBy.Fit,
        V1.RankBy.Velocity => RankBy.Velocity,
        _ => throw Faults.Invalid("rank_by", "rank_by must be RANK_BY_TOTAL, RANK_BY_INTENT, RANK_BY_FIT or RANK_BY_VELOCITY"),
    };

    public RankFilter Filter(GrainKind kind, V1.RankFilter? filter)
    {
        filter ??= new V1.RankFilter();
        return new RankFilter
        {
            Stages = Named("filter.stages", filter.Stages, kind == GrainKind.Contact ? _contactStages : _accountStages),
            Grades = Named("filter.grades", filter.Grades, GradeScale.Names),
            MinTotal = Bound("filter.min_total", filter.HasMinTotal, filter.MinTotal),
            MinFit = Bound("filter.min_fit", filter.HasMinFit, filter.MinFit),
            MinIntent = Bound("filter.min_intent", filter.HasMinIntent, filter.MinIntent),
            Traits = Traits(filter),
            IncludeDisqualified = filter.IncludeDisqualified,
        };
    }

    private static string[] Named(string field, IReadOnlyList<string> names, ImmutableArray<string> known)
    {
        foreach (var name in names)
        {
            if (!known.Contains(name, StringComparer.Ordinal))
                throw Faults.Invalid(field, $"{field} has '{Faults.Shown(name)}', known are: {(known.IsEmpty ? "none" : string.Join(", ", known))}");
        }

        return [.. names.Distinct(StringComparer.Ordinal)];
    }

    private static double? Bound(string field, bool has, double bound)
    {
        if (!has)
            return null;
        return double.IsNaN(bound) ? throw Faults.Invalid(field, $"{field} must be a number") : bound;
    }

    private static Dictionary<string, IReadOnlyList<string>> Traits(V1.RankFilter filter)
    {
        const string Field = "filter.traits";
        var count = filter.Traits.Sum(trait => trait.Value.Values.Count);
        if (count > Limits.FilterValues)
            throw FieldChecks.TooLong(Field, count, Limits.FilterValues, "values").ForRequest();

        var traits = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (var (name, accepted) in filter.Traits)
        {
            if (FieldChecks.Text(Field, name, Limits.TraitNameBytes) is { } fault)
                throw fault.ForRequest();
            if (accepted.Values.Count > 0) // An empty list holds for everything.
                traits.Add(name, accepted.Values);
        }

        return traits;
    }
}
