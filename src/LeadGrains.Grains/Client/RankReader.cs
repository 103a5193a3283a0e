using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Ranking;
using LeadGrains.Grains.Requests;
using LeadGrains.Scoring;

namespace LeadGrains.Grains;

/// <summary>Asks all lanes for their best and makes one page of it.</summary>
internal sealed class RankReader(NodeContext node)
{
    public async Task<RankPage> RankAsync(
        string workspace, GrainKind kind, RankFilter filter, RankBy by, int pageSize, string pageToken,
        CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        UnknownFilterException.ThrowIfUnknown(node.ModelOf(workspace), kind, filter);
        var served = node.Served.Of(workspace);
        var fingerprint = FilterFingerprint.Of(workspace, kind, filter, by);
        var token = pageToken.Length == 0 ? (PageToken?)null : PageToken.Read(pageToken, fingerprint, PageModel.Of(served));
        var at = token?.At ?? node.Now();
        var query = new RankQuery(workspace, kind, filter, by, pageSize, token?.After, at);
        var found = await RankedLanes.AskAsync(node.Router, query, Enumerable.Range(0, node.Router.PartitionCount), cancellationToken).ConfigureAwait(false);
        if (found.Answers.Count == 0)
            throw new PartitionUnavailableException("No partition can be ranked now.", found.Failure);
        var page = RankMerge.Page([.. found.Answers.Select(answer => answer.Rows)], pageSize);
        var names = found.Names();
        var firstRank = token?.NextRank ?? 1;
        return new RankPage(
            [.. page.Rows.Select((row, index) => View(row, firstRank + (uint)index, names, kind, at, served.Version))],
            Next(page, firstRank, at, fingerprint, served),
            (ulong)page.Matching, at, at, [.. Enumerable.Range(0, node.Router.PartitionCount).Except(found.Partitions())]);
    }

    private static string Next(MergedPage page, uint firstRank, Instant at, ulong fingerprint, ServedModel served) => page.Next is { } after
        ? new PageToken(at, after, firstRank + (uint)page.Rows.Count, PageModel.Of(served), fingerprint).Write()
        : "";

    private static RankedGrain View(
        RankedRow row, uint rank, Dictionary<(int Partition, int Slot), string> names, GrainKind kind, Instant at, uint modelVersion)
    {
        var name = names[(row.Partition, row.Slot)];
        var isAccount = kind == GrainKind.Account;
        return new RankedGrain(
            rank, row.Id, isAccount ? name : "", isAccount ? "" : name, ScoreViews.Of(row.Score, at, modelVersion),
            row.Score.Engaged, row.LastSignalAt)
        {
            Surging = row.Score.IsSurging,
            Dormant = row.Score.IsDormant,
        };
    }
}
