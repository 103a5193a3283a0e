using System.Text;
using LeadGrains.Grains;
using LeadGrains.Grains.Storage;
using LeadGrains.Scoring;
using LeadGrains.Storage.Tests.Support;

namespace LeadGrains.Storage.Tests.Contract;

/// <summary>Pages, which a copy is made from: all that was written, in one order whatever the store.</summary>
public abstract partial class GrainStoreContract
{
    private static readonly string[] AwkwardIds =
    [
        "a", "A", "a ", "a\0", "a\0b", "a\u0001", "a\u0001b", "a\u0002", "\0", "'", "z", "é", "e\u0301", "\uE000", "\uFFFD", "😀", "日本語", new string('x', 128),
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1_000)]
    public async Task ReadPage_WhenWritten_GivesAllOfEachRowInOrder(int atMost)
    {
        var rows = AwkwardIds.SelectMany((id, i) => new[]
        {
            Row(id, version: i + 1, seen: i % 3 == 0 ? [Rows.Chunk(i, 256), Rows.Chunk(i + 1, 3)] : [], firstSeenChunk: i),
            Row(id, version: i + 1, kind: GrainKind.Account),
            Row(id, version: i + 1, workspace: "w\0'", stateBytes: 0),
        }).ToArray();
        await Grains.WriteAsync(rows);
        await ReopenAsync();

        for (var partition = 0; partition < PartitionCount; partition++)
        {
            var expected = rows.Where(row => row.Partition == partition).Order(Comparer<GrainRow>.Create(InOrder));
            Assert.Equal(expected.Select(DescribeWhole), (await PagesAsync(partition, atMost)).Select(DescribeWhole));
        }
    }

    [Fact]
    public async Task ReadPage_WhenSummariesWereRefreshed_GivesThemAndThoseWithoutARow()
    {
        var known = Row("known", kind: GrainKind.Account, version: 5);
        await Grains.WriteAsync(known);
        await RefreshAsync("known");
        await RefreshAsync("unknown");
        await ReopenAsync();

        var pages = new List<GrainRow>();
        for (var partition = 0; partition < PartitionCount; partition++)
            pages.AddRange(await PagesAsync(partition, 10));
        var refreshed = new GrainSummary("Refreshed", known.Summary.AccountId, 1, 2, 3, known.Summary.Stage, known.Summary.TraitsJson, new Instant(99));
        var unknown = Row("unknown", kind: GrainKind.Account) with
        {
            Version = 0,
            ModelVersion = 0,
            State = default,
            Resident = default,
            Summary = new GrainSummary("Refreshed", "", 1, 2, 3, "won", "{}", new Instant(99)),
        };
        Assert.Equal(
            new[] { known with { Summary = refreshed }, unknown }.Select(DescribeWhole),
            pages.OrderBy(row => row.Key.Id, StringComparer.Ordinal).Select(DescribeWhole));
    }

    [Fact]
    public async Task ReadPage_WhenWrittenToAnotherGeneration_GivesTheSame()
    {
        await Grains.WriteAsync([.. Enumerable.Range(0, 100).Select(i => Row($"person-{i}", version: i + 1, seen: i % 9 == 0 ? [Rows.Chunk(0, 256)] : []))]);
        await ReopenAsync();
        var next = await Store.BeginGenerationAsync(Token);
        for (var partition = 0; partition < PartitionCount; partition++)
        {
            var page = await PagesAsync(partition, 10);
            await next.WriteAsync(partition, 1, page, Token);
            Assert.Equal(page.Select(DescribeWhole), (await next.ReadPageAsync(partition, null, 1_000, Token)).Select(DescribeWhole));
        }
    }

    private static int InOrder(GrainRow left, GrainRow right)
    {
        var order = left.Key.Kind.CompareTo(right.Key.Kind);
        if (order == 0)
            order = Encoding.UTF8.GetBytes(left.Key.Workspace).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(right.Key.Workspace));
        return order == 0 ? Encoding.UTF8.GetBytes(left.Key.Id).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(right.Key.Id)) : order;
    }

    private static string DescribeWhole(GrainRow row) =>
        $"{row.Key} {row.Partition} {row.Version} {row.ModelVersion} {row.FirstSeenChunk} {row.Summary} "
        + $"{Convert.ToHexString(row.State.Span)} {Convert.ToHexString(row.Resident.Span)} {Rows.DescribeChunks(row.Seen)}";

    private async Task<List<GrainRow>> PagesAsync(int partition, int atMost)
    {
        var rows = new List<GrainRow>();
        while (true)
        {
            var page = await Grains.ReadPageAsync(partition, rows.Count == 0 ? null : rows[^1].Key, atMost, Token);

            // A place is one of this store alone, and the row is for another.
            Assert.All(page, row => Assert.Equal(0, row.Place));
            rows.AddRange(page);
            if (page.Count < atMost)
                return rows;
        }
    }
}
