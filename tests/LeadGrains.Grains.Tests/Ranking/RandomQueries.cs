using LeadGrains.Grains.Ranking;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Tests.Ranking;

/// <summary>Queries of every order and filter, for rows of <see cref="Models.Staged"/>.</summary>
internal static class RandomQueries
{
    public static RankQuery Next(Random random, GrainKind kind)
    {
        var traits = new Dictionary<string, IReadOnlyList<string>>();
        foreach (var trait in kind == GrainKind.Account ? Models.Staged.AccountFilters : Models.Staged.ContactFilters)
        {
            if (random.Next(5) == 0)
                traits.Add(trait, Pick(random, ["SOFTWARE", "Über", "100.5", "true", "0", "nothing", "media"]));
        }

        var filter = new RankFilter
        {
            Stages = random.Next(4) == 0 ? Pick(random, ["nurture", "mql", "sql", "aware", "engaged", "mqa", "none"]) : [],
            Grades = random.Next(4) == 0 ? Pick(random, GradeScale.Names) : [],
            MinTotal = random.Next(4) == 0 ? random.Next(100) : null,
            MinFit = random.Next(4) == 0 ? random.Next(0, 6) * 20 : null,
            MinIntent = random.Next(4) == 0 ? random.Next(100) : null,
            Traits = traits,
            IncludeDisqualified = random.Next(2) == 0,
        };
        var at = RandomRows.Now + TimeSpan.FromHours(random.Next(5) == 0 ? -random.Next(5_000) : random.Next(5_000));
        return new RankQuery(random.Next(4) == 0 ? "other" : "default", kind, filter, (RankBy)random.Next(1, 5), random.Next(1, 900), null, at);
    }

    private static List<string> Pick(Random random, IReadOnlyList<string> from) =>
        [.. from.Where(_ => random.Next(2) == 0).DefaultIfEmpty(from[0])];
}
