namespace LeadGrains.Grains.Ranking;

/// <summary>A page of a ranking over all partitions.</summary>
/// <param name="Rows">Best first.</param>
/// <param name="Next">The cursor of the next page; null where this is the last.</param>
/// <param name="Matching">How many rows pass the filter.</param>
internal sealed record MergedPage(IReadOnlyList<RankedRow> Rows, RankCursor? Next, long Matching);

/// <summary>Makes one page of what the lanes found.</summary>
internal static class RankMerge
{
    /// <param name="parts">Each part's best rows in order: a page's and one more, where it has as many.</param>
    /// <param name="pageSize">Rows of the page.</param>
    public static MergedPage Page(IReadOnlyList<RankedRows> parts, int pageSize)
    {
        var rows = new List<RankedRow>(pageSize);
        var next = new int[parts.Count];
        while (Best(parts, next) is { } best)
        {
            if (rows.Count == pageSize)
                return new MergedPage(rows, rows[^1].Cursor, parts.Sum(part => part.Matching));
            rows.Add(parts[best].Rows[next[best]++]);
        }

        return new MergedPage(rows, null, parts.Sum(part => part.Matching));
    }

    private static int? Best(IReadOnlyList<RankedRows> parts, int[] next)
    {
        int? best = null;
        for (var i = 0; i < next.Length; i++)
        {
            if (next[i] == parts[i].Rows.Count)
                continue;
            if (best is not { } b || RankOrder.Compare(parts[i].Rows[next[i]].Cursor, parts[b].Rows[next[b]].Cursor) < 0)
                best = i;
        }

        return best;
    }
}
