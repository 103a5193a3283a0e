using LeadGrains.Grains.Ranking;

namespace LeadGrains.Grains.Tests.Ranking;

public sealed class FilterFingerprintTests
{
    private static readonly RankFilter Filter = new()
    {
        Stages = ["mql", "sql"],
        Grades = ["A1"],
        MinTotal = 50,
        Traits = new Dictionary<string, IReadOnlyList<string>> { ["industry"] = ["Software", "fintech"], ["region"] = ["dach"] },
    };

    [Fact]
    public void Of_WhenTheFilterMeansTheSame_IsEqual()
    {
        var same = Filter with
        {
            Stages = ["sql", "mql", "sql"],
            Traits = new Dictionary<string, IReadOnlyList<string>> { ["region"] = ["DACH"], ["segment"] = [], ["industry"] = ["FINTECH", "software"] },
        };

        Assert.Equal(Of(Filter), Of(same));
    }

    [Fact]
    public void Of_WhenAnythingDiffers_IsAnother()
    {
        var hashes = new[]
        {
            Of(Filter),
            Of(RankFilter.None),
            Of(Filter with { Stages = ["mql"] }),
            Of(Filter with { Stages = ["mqls", "ql"] }),
            Of(Filter with { Stages = [], Grades = ["mql", "sql", "A1"] }),
            Of(Filter with { Grades = ["A2"] }),
            Of(Filter with { Dormant = true }),
            Of(Filter with { Surging = true }),
            Of(Filter with { Dormant = true, Surging = true }),
            Of(Filter with { MinTotal = null }),
            Of(Filter with { MinTotal = 0 }),
            Of(Filter with { MinTotal = null, MinFit = 50 }),
            Of(Filter with { MinTotal = null, MinIntent = 50 }),
            Of(Filter with { IncludeDisqualified = true }),
            Of(Filter with { Unmatched = true }),
            Of(Filter with { Traits = new Dictionary<string, IReadOnlyList<string>> { ["industry"] = ["Software", "fintech"] } }),
            Of(Filter with { Traits = new Dictionary<string, IReadOnlyList<string>> { ["industry"] = ["dach"], ["region"] = ["Software", "fintech"] } }),
            FilterFingerprint.Of("other", GrainKind.Account, Filter, RankBy.Total),
            FilterFingerprint.Of("default", GrainKind.Contact, Filter, RankBy.Total),
            FilterFingerprint.Of("default", GrainKind.Account, Filter, RankBy.Velocity),
        };

        Assert.Equal(hashes.Length, hashes.Distinct().Count());
    }

    private static ulong Of(RankFilter filter) => FilterFingerprint.Of("default", GrainKind.Account, filter, RankBy.Total);
}
