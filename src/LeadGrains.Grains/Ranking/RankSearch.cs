using System.Buffers;
using System.Numerics;

namespace LeadGrains.Grains.Ranking;

/// <summary>
/// Finds the best rows of one lane's partitions, and how many pass the filter: looks at blocks in the order of what they
/// can have at most, and stops at the first that can hold none of the best. What has no bounds is scanned.
/// </summary>
internal sealed unsafe class RankSearch
{
    private readonly RankQuery _query;
    private readonly TopRows _top;

    // The best chunk is first.
    private readonly PriorityQueue<Rest, double> _chunks = new();

    private RankSearch(RankQuery query, TopRows top)
    {
        _query = query;
        _top = top;
    }

    /// <summary>
    /// Offers the best of the rows that come after the query's cursor to <paramref name="top"/> and returns how many
    /// pass the filter, the cursor left aside.
    /// </summary>
    /// <param name="plans">Of one query, for each partition.</param>
    /// <param name="top">Where the rows found are kept.</param>
    public static long Run(IReadOnlyList<RankPlan> plans, TopRows top)
    {
        if (plans.Count == 0)
            return 0;
        var each = RankChunk.RoomOf(plans[0]);

        // Models and partitions say how much it is, which may be more than a thread's stack has.
        var rented = ArrayPool<byte>.Shared.Rent(each * plans.Count);
        try
        {
            fixed (byte* room = rented)
                return Run(plans, top, room, each);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private static long Run(IReadOnlyList<RankPlan> plans, TopRows top, byte* room, int each)
    {
        var search = new RankSearch(plans[0].Query, top);
        long matching = 0;
        for (var i = 0; i < plans.Count; i++)
            matching += search.Count(plans[i], new RankScan(plans[i], top, room + (i * each)));
        search.Run();
        return matching;
    }

    private long Count(RankPlan plan, RankScan scan)
    {
        var bounds = plan.Columns.Bounds;
        if (!plan.HasBounds || !bounds.TryPrepare(_query.At, isFirstPage: _query.After is null))
            return scan.Run();
        if (plan.CountsByFigures)
            return RunAboveMinima(bounds, scan);
        for (var chunk = 0; chunk < scan.Chunks; chunk++)
            Add(new Rest(bounds, scan, chunk, scan.BlocksOf(chunk)));
        return scan.Count();
    }

    // Every row that passes must be seen, to be counted.
    private long RunAboveMinima(RankBounds bounds, RankScan scan)
    {
        long matching = 0;
        for (var chunk = 0; chunk < scan.Chunks; chunk++)
        {
            var blocks = scan.BlocksOf(chunk);
            if (_query.Filter.MinTotal is { } minTotal)
                blocks &= AtLeast(bounds.Blocks.Of(chunk, RankBy.Total), minTotal);
            if (_query.Filter.MinIntent is { } minIntent)
                blocks &= AtLeast(bounds.Blocks.Of(chunk, RankBy.Intent), minIntent);
            matching += scan.Run(chunk, blocks);
            scan.UpdateBounds(blocks);
        }

        return matching;
    }

    private void Run()
    {
        while (_chunks.TryDequeue(out var rest, out var best) && -best >= _top.LeastKey)
        {
            var next = _chunks.TryPeek(out _, out var second) ? -second : double.NegativeInfinity;
            var blocks = rest.Blocks & AtLeast(rest.Keys(_query.By), Math.Max(next, _top.LeastKey));
            for (var each = blocks; each != 0; each &= each - 1)
                LookAt(rest, BitOperations.TrailingZeroCount(each));
            Add(rest with { Blocks = rest.Blocks & ~blocks });
        }
    }

    private void LookAt(in Rest rest, int block)
    {
        var key = rest.Keys(_query.By)[block];
        if (key < _top.LeastKey || (key == _top.LeastKey && rest.Bounds.Blocks.PointsOf((rest.Chunk * BlockBounds.ChunkBlocks) + block) < _top.LeastPoints))
            return;
        rest.Scan.Run(rest.Chunk, 1UL << block);
        rest.Scan.UpdateBounds(1UL << block);
    }

    private void Add(in Rest rest)
    {
        if (rest.Blocks == 0)
            return;
        var best = Greatest(rest.Keys(_query.By), rest.Blocks);
        if (best >= _top.LeastKey)
            _chunks.Enqueue(rest, -best);
    }

    private static double Greatest(ReadOnlySpan<double> bounds, ulong blocks)
    {
        fixed (double* first = bounds)
        {
            if (blocks == ulong.MaxValue)
                return RankKernels.Greatest(first);
            var greatest = double.NegativeInfinity;
            for (; blocks != 0; blocks &= blocks - 1)
                greatest = Math.Max(greatest, first[BitOperations.TrailingZeroCount(blocks)]);
            return greatest;
        }
    }

    private static ulong AtLeast(ReadOnlySpan<double> bounds, double key)
    {
        fixed (double* first = bounds)
            return RankKernels.AtLeast(first, key);
    }

    // A chunk, and which of its blocks were not looked at.
    private readonly record struct Rest(RankBounds Bounds, RankScan Scan, int Chunk, ulong Blocks)
    {
        public ReadOnlySpan<double> Keys(RankBy by) => Bounds.Blocks.Of(Chunk, by);
    }
}
