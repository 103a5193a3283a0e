using LeadGrains.Grains.Ranking;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Tests.Ranking;

public sealed class RankScanTests
{
    private static readonly ScoringModel Model = Models.Staged;

    public static TheoryData<int, GrainKind> Seeds =>
        new(Enumerable.Range(1, 12).SelectMany(seed => new[] { (seed, GrainKind.Contact), (seed, GrainKind.Account) }));

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Run_WhenPagedToTheEnd_GivesWhatAPlainSortOfAllRowsGives(int seed, GrainKind kind)
    {
        var random = new Random(seed);
        var rows = new RandomRows(seed, Model, kind, partitions: 1 + seed % 4, rows: random.Next(1, 6_000), withOwn: seed % 3 != 0, other: RandomRows.OtherOf(seed));
        for (var i = 0; i < 12; i++)
        {
            var query = RandomQueries.Next(random, kind);
            var expected = PlainRanking.Of(rows, rows.Set.Of(query.Workspace), query);
            AssertPages(rows, query, expected, $"seed {seed}, query {i}");
        }
    }

    [Theory]
    [InlineData(RankBy.Total)]
    [InlineData(RankBy.Intent)]
    public void Run_WhenFitAndPointsAreEqual_OrdersByTheBytesOfTheId(RankBy by)
    {
        var rows = new RandomRows(2, Model, GrainKind.Contact, 1, 0);
        var columns = rows.Partitions[0];
        foreach (var id in new[] { "b", "\U0001F600", "a", "\uE000", "aa", "B" })
            AddTied(rows, columns, id);

        var page = Page(rows, Query(GrainKind.Contact, by, RankFilter.None, 10, null));

        Assert.Equal(["B", "a", "aa", "b", "\uE000", "\U0001F600"], page.Rows.Select(row => row.Id));
    }

    /// <summary>Intent is 100 to the last bit for both, so the points decide although the id would say otherwise.</summary>
    [Fact]
    public void Run_WhenIntentIsSaturated_OrdersByPoints()
    {
        var rows = new RandomRows(2, Model, GrainKind.Contact, 1, 0);
        var columns = rows.Partitions[0];
        var weight = columns.Sums.Landmarks[0].WeightOf(RandomRows.Now, columns.Sums.HalfLives[0]);
        columns.Sums[0][AddTied(rows, columns, "a")] = 10_000 * weight;
        columns.Sums[0][AddTied(rows, columns, "b")] = 20_000 * weight;

        var page = Page(rows, Query(GrainKind.Contact, RankBy.Total, RankFilter.None, 10, null));

        Assert.Equal(page.Rows[0].Key, page.Rows[1].Key);
        Assert.Equal(["b", "a"], page.Rows.Select(row => row.Id));
    }

    [Fact]
    public void Run_WhenPagesEndOnTies_RepeatsAndSkipsNone()
    {
        var rows = new RandomRows(2, Model, GrainKind.Contact, 3, 0);
        for (var i = 0; i < 100; i++)
            AddTied(rows, rows.Partitions[i % 3], $"{i:000}");
        var ids = new List<string>();
        RankCursor? after = null;
        do
        {
            var page = Page(rows, Query(GrainKind.Contact, RankBy.Velocity, RankFilter.None, 7, after));
            Assert.Equal(100, page.Matching);
            ids.AddRange(page.Rows.Select(row => row.Id));
            after = page.Next;
        }
        while (after is not null);

        Assert.Equal(Enumerable.Range(0, 100).Select(i => $"{i:000}"), ids);
    }

    [Fact]
    public void Run_WhenARowsSignalIsLaterThanTheQuery_CountsNoMoreThanItsPoints()
    {
        var rows = new RandomRows(2, Model, GrainKind.Contact, 1, 0);
        var columns = rows.Partitions[0];
        var slot = AddTied(rows, columns, "a");
        var later = RandomRows.Now + TimeSpan.FromDays(70);
        columns.SetPoints(slot, [.. columns.Sums.Landmarks.ToArray().Select((landmark, c) => c == 0 ? 5 * landmark.WeightOf(later, columns.Sums.HalfLives[c]) : 0)], GroupSet.All, later, default);

        var page = Page(rows, Query(GrainKind.Contact, RankBy.Total, RankFilter.None, 10, null));

        Assert.Equal(5, page.Rows[0].Score.IntentPoints, 1e-9);
        Assert.Equal(columns.ScoreAt(slot, RandomRows.Now), page.Rows[0].Score);
    }

    [Fact]
    public void Of_WhenTheTraitHasNoColumn_NamesTheKeyToAdd()
    {
        var rows = new RandomRows(1, Model, GrainKind.Account, 1, 3);
        var filter = new RankFilter { Traits = new Dictionary<string, IReadOnlyList<string>> { ["colour"] = ["red"] } };

        var failure = Assert.Throws<UnknownFilterException>(() => Page(rows, Query(GrainKind.Account, RankBy.Total, filter, 10, null)));

        Assert.Equal("There is no filter on trait 'colour'. Add it to filters.account in the model.", failure.Message);
        Assert.Equal("filters.account", failure.ModelKey);
        Assert.Equal("colour", failure.Trait);
    }

    [Fact]
    public void Of_WhenTheWorkspaceWasNeverSeen_HasNoPlan()
    {
        var rows = new RandomRows(1, Model, GrainKind.Account, 1, 3);

        Assert.Null(RankPlan.Of(Query(GrainKind.Account, RankBy.Total, RankFilter.None, 10, null) with { Workspace = "nobody" }, rows.Partitions[0], rows.Workspaces));
    }

    [Fact]
    public void Of_WhenAllRowsAreAnotherWorkspaces_HasNoPlan()
    {
        var rows = new RandomRows(2, Model, GrainKind.Account, 1, 3);
        rows.Workspaces.CodeOf("other");

        Assert.Null(RankPlan.Of(Query(GrainKind.Account, RankBy.Total, RankFilter.None, 10, null) with { Workspace = "other" }, rows.Partitions[0], rows.Workspaces));
    }

    private static int AddTied(RandomRows rows, RankColumns columns, string id)
    {
        var utf8 = System.Text.Encoding.UTF8.GetBytes(id);
        var slot = columns.Keys.FindOrAdd(KeyHash.Of(new GrainKey("default", columns.Kind, id)), rows.Workspaces.CodeOf("default"), utf8, out _);
        columns.EnsureSlots();
        columns.SetFlags(slot, RankFlags.HasEntry, on: true);
        columns.Fit[slot] = 50;
        return slot;
    }

    private static void AssertPages(RandomRows rows, RankQuery query, List<(KnownRow Row, double Key, double Points)> expected, string because)
    {
        var rank = 0;
        while (true)
        {
            var page = Page(rows, query);
            Assert.True(expected.Count == page.Matching, $"{because}: {page.Matching} match, not {expected.Count}");
            foreach (var row in page.Rows)
            {
                var (known, key, points) = expected[rank++];
                Assert.True(known.Id == row.Id && key.Equals(row.Key) && points.Equals(row.Score.IntentPoints), $"{because}: rank {rank} is {row}, not {known.Id} {key} {points}");
                Assert.Equal(known.Columns.ScoreAt(known.Slot, query.At), row.Score);
                Assert.Equal(known.LastSignalAt, row.LastSignalAt);
                Assert.Equal(known.Fit, row.Score.Fit);
            }

            Assert.True(page.Rows.Count == query.PageSize || page.Next is null, because);
            if (page.Next is null)
                break;
            query = query with { After = page.Next };
        }

        Assert.True(expected.Count == rank, because);
    }

    private static MergedPage Page(RandomRows rows, RankQuery query)
    {
        // Two lanes: each keeps one set of best rows over all its partitions.
        var parts = new List<RankedRows>();
        foreach (var lane in rows.Partitions.GroupBy(columns => columns.Partition % 2))
        {
            var top = new TopRows(query.PageSize + 1);
            long matching = 0;
            foreach (var columns in lane)
                matching += RankPlan.Of(query, columns, rows.Workspaces) is { } plan ? RankScan.Run(plan, top) : 0;
            parts.Add(new RankedRows(top.Take(query.At), matching));
        }

        return RankMerge.Page(parts, query.PageSize);
    }

    private static RankQuery Query(GrainKind kind, RankBy by, RankFilter filter, int pageSize, RankCursor? after) =>
        new("default", kind, filter, by, pageSize, after, RandomRows.Now);
}
