using System.Numerics;
using System.Runtime.CompilerServices;
using LeadGrains.Grains.Residents;

namespace LeadGrains.Grains.Ranking;

/// <summary>
/// Evaluates all rows of a partition at the query's instant, 64 at a time: conditions that need no arithmetic first,
/// then points, intent and total, then whether any of them is among the best. No index goes stale, because there is
/// none.
/// </summary>
internal sealed unsafe class RankScan
{
    private readonly RankPlan _plan;
    private readonly RankColumns _columns;
    private readonly TopRows _top;
    private readonly RankChunk _chunk;
    private readonly double _afterKey;
    private readonly int _table;

    /// <param name="plan">What is looked for.</param>
    /// <param name="top">Where the rows found are kept.</param>
    /// <param name="room">Room for <see cref="RankChunk.RoomOf"/> bytes, which must outlive this.</param>
    public RankScan(RankPlan plan, TopRows top, byte* room)
    {
        _plan = plan;
        _columns = plan.Columns;
        _chunk = new RankChunk(plan, room);
        _top = top;
        _table = top.Add(plan.Columns);
        _afterKey = plan.Query.After?.Key ?? double.PositiveInfinity;
    }

    /// <summary>The columns' chunks.</summary>
    public int Chunks => (_columns.Keys.Slots + Column<byte>.ChunkSlots - 1) / Column<byte>.ChunkSlots;

    /// <summary>
    /// Offers the rows that come after the query's cursor to <paramref name="top"/> and returns how many pass the
    /// filter, the cursor left aside.
    /// </summary>
    public static long Run(RankPlan plan, TopRows top)
    {
        var room = stackalloc byte[RankChunk.RoomOf(plan)];
        return new RankScan(plan, top, room).Run();
    }

    /// <summary>As <see cref="Run(RankPlan, TopRows)"/>, for all rows.</summary>
    public long Run()
    {
        long matching = 0;
        for (var chunk = 0; chunk < Chunks; chunk++)
            matching += Run(chunk, BlocksOf(chunk));
        return matching;
    }

    /// <summary>As <see cref="Run(RankPlan, TopRows)"/>, for some blocks of a chunk, one bit for each.</summary>
    [SkipLocalsInit]
    public long Run(int chunk, ulong blocks)
    {
        var figures = stackalloc double[4 * RankKernels.Rows];
        long matching = 0;
        _chunk.MoveTo(chunk);
        for (; blocks != 0; blocks &= blocks - 1)
            matching += Scan(BitOperations.TrailingZeroCount(blocks) * RankKernels.Rows, figures);
        return matching;
    }

    /// <summary>Works out anew the bounds of some blocks of the chunk that was run last, where these are of old.</summary>
    public void UpdateBounds(ulong blocks)
    {
        for (; blocks != 0; blocks &= blocks - 1)
        {
            var block = BitOperations.TrailingZeroCount(blocks);
            if (!_columns.Bounds.IsCurrent((_chunk.Index * BlockBounds.ChunkBlocks) + block))
                _chunk.UpdateBounds(block * RankKernels.Rows);
        }
    }

    /// <summary>How many rows pass the filter, where this can be told without their intent.</summary>
    public long Count()
    {
        if (_plan.IsPlain && _columns.Keys.HasOneWorkspace)
            return _columns.Eligible;
        long matching = 0;
        for (var chunk = 0; chunk < Chunks; chunk++)
        {
            _chunk.MoveTo(chunk);
            for (var blocks = BlocksOf(chunk); blocks != 0; blocks &= blocks - 1)
                matching += BitOperations.PopCount(_chunk.Select(BitOperations.TrailingZeroCount(blocks) * RankKernels.Rows));
        }

        return matching;
    }

    /// <summary>The blocks of a chunk that hold slots, one bit for each.</summary>
    public ulong BlocksOf(int chunk)
    {
        var rows = _columns.Keys.Slots - (chunk * Column<byte>.ChunkSlots);
        var blocks = (rows + RankKernels.Rows - 1) / RankKernels.Rows;
        return blocks < BlockBounds.ChunkBlocks ? (1UL << blocks) - 1 : ulong.MaxValue;
    }

    private int Scan(int first, double* figures)
    {
        var rows = _chunk.Select(first);
        if (rows == 0)
            return 0;
        var points = figures;
        var intent = figures + RankKernels.Rows;
        var total = figures + (2 * RankKernels.Rows);
        _chunk.Evaluate(first, points, intent, total);
        rows = SelectByFigures(first, rows, intent, total);
        if (rows == 0)
            return 0;

        var keys = Keys(first, rows, intent, total, figures + (3 * RankKernels.Rows));
        Offer(first, rows & AboveLeast(keys, points), keys, points);
        return BitOperations.PopCount(rows);
    }

    private ulong SelectByFigures(int first, ulong rows, double* intent, double* total)
    {
        var filter = _plan.Query.Filter;
        if (filter.MinIntent is { } minIntent)
            rows &= RankKernels.AtLeast(intent, minIntent);
        if (filter.MinTotal is { } minTotal)
            rows &= RankKernels.AtLeast(total, minTotal);
        if (_plan.Grades is not null)
            rows &= _plan.Grades.Of(_chunk.Fit + first, intent);
        return _plan.Stages is null ? rows : _chunk.SelectByStage(first, rows, total, _plan.Stages);
    }

    private double* Keys(int first, ulong rows, double* intent, double* total, double* room)
    {
        switch (_plan.Query.By)
        {
            case RankBy.Total:
                return total;
            case RankBy.Intent:
                return intent;
            case RankBy.Fit:
                return _chunk.Fit + first;
            default:
                new Span<double>(room, RankKernels.Rows).Clear();
                for (var rest = rows & _plan.Formula.WithVelocity(_chunk.Index, first); rest != 0; rest &= rest - 1)
                {
                    var i = BitOperations.TrailingZeroCount(rest);
                    room[i] = _plan.Formula.VelocityOf(_chunk.FirstSlot + first + i);
                }

                return room;
        }
    }

    // Many rows may have the least key, such as those whose velocity is 0; then only their points tell.
    private ulong AboveLeast(double* keys, double* points)
    {
        var rows = RankKernels.AtLeast(keys, _top.LeastKey);
        if (rows == 0)
            return 0;
        var above = RankKernels.AtLeast(keys, Math.BitIncrement(_top.LeastKey));
        return above | (rows & RankKernels.AtLeast(points, _top.LeastPoints));
    }

    private void Offer(int first, ulong rows, double* keys, double* points)
    {
        for (; rows != 0; rows &= rows - 1)
        {
            var i = BitOperations.TrailingZeroCount(rows);
            var slot = _chunk.FirstSlot + first + i;
            if (keys[i] <= _afterKey && IsAfterCursor(keys[i], points[i], slot))
                _top.Offer(keys[i], points[i], _table, slot);
        }
    }

    private bool IsAfterCursor(double key, double points, int slot)
    {
        if (_plan.Query.After is not { } after)
            return true;
        return RankOrder.Compare(after.Key, after.IntentPoints, _plan.AfterId, key, points, _columns.Keys.IdOf(slot)) < 0;
    }
}
