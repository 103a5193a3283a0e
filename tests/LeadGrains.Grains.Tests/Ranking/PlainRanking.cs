using System.Text;
using LeadGrains.Grains.Ranking;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Tests.Ranking;

/// <summary>What a ranking should give: every row evaluated by itself from what the test wrote, then all sorted.</summary>
internal static class PlainRanking
{
    public static List<(KnownRow Row, double Key, double Points)> Of(RandomRows rows, ScoringModel model, RankQuery query)
    {
        var found = new List<(KnownRow Row, double Key, double Points)>();
        foreach (var row in rows.Rows)
        {
            var points = Points(row, model, query.At);
            var intent = Scores.Intent(points, model.HalfPoint(query.Kind == GrainKind.Account));
            var total = Scores.Total(model, row.Fit, intent);
            if (Passes(row, model, query, intent, total))
                found.Add((row, Key(row, query, intent, total), points));
        }

        found.Sort((left, right) =>
        {
            var order = right.Key.CompareTo(left.Key);
            order = order != 0 ? order : right.Points.CompareTo(left.Points);
            return order != 0 ? order : Encoding.UTF8.GetBytes(left.Row.Id).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(right.Row.Id));
        });
        return found;
    }

    public static double Points(KnownRow row, ScoringModel model, Instant at)
    {
        at = row.LastSignalAt > at ? row.LastSignalAt.Value : at;
        var points = Sum(row.Sums, row, at);
        if (row.Columns.Kind == GrainKind.Contact)
            return points;
        var engaged = row.Engaged * row.Columns.Engaged.Landmarks[model.EngagedColumn].FactorAt(at, model.EngagedHalfLife);
        return Breadth.Factor(model, engaged) * points + Sum(row.OwnSums, row, at);
    }

    private static double Sum(double[] sums, KnownRow row, Instant at)
    {
        double points = 0;
        for (var c = 0; c < sums.Length; c++)
            points += sums[c] * row.Columns.Sums.Landmarks[c].FactorAt(at, row.Columns.Models.Set.Columns[c].HalfLife);
        return points;
    }

    private static double Key(KnownRow row, RankQuery query, double intent, double total) => query.By switch
    {
        RankBy.Total => total,
        RankBy.Intent => intent,
        RankBy.Fit => row.Fit,
        _ => row.Velocity.At(query.At.UtcDay) + row.OwnVelocity.At(query.At.UtcDay),
    };

    private static bool Passes(KnownRow row, ScoringModel model, RankQuery query, double intent, double total)
    {
        var filter = query.Filter;
        var ladder = model.Stages(query.Kind == GrainKind.Account);
        return row.Workspace == query.Workspace
            && (row.Flags.HasFlag(RankFlags.HasEntry) || row.Flags.HasFlag(RankFlags.HasContribution))
            && !row.Flags.HasFlag(RankFlags.Claimed)
            && (filter.IncludeDisqualified || !row.Flags.HasFlag(RankFlags.Disqualified))
            && !(row.Fit < filter.MinFit) && !(intent < filter.MinIntent) && !(total < filter.MinTotal)
            && (filter.Stages.Count == 0 || filter.Stages.Contains(ladder.NameOf(ladder.Shown(row.Stage, total, row.Fit))))
            && (filter.Grades.Count == 0 || filter.Grades.Contains(Scores.Grade(model, row.Fit, intent)))
            && filter.Traits.All(wanted => wanted.Value.Count == 0 || (row.Traits.TryGetValue(wanted.Key, out var value)
                && value.Elements().Any(element => wanted.Value.Contains(element.AsText, StringComparer.OrdinalIgnoreCase))));
    }
}
