using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace LeadGrains.Grains.Ranking;

/// <summary>
/// Evaluates all rows of a partition at the query's instant, block by block: cheap conditions first, then points,
/// intent and total of whole blocks, then the best rows. No index goes stale, because there is none.
/// </summary>
internal sealed class RankScan
{
    private const int BlockSlots = 1024;
    private const int BlockWords = BlockSlots / 64;

    private readonly RankPlan _plan;
    private readonly RankColumns _columns;
    private readonly TopRows _top;
    private readonly double _afterKey;

    private RankScan(RankPlan plan, TopRows top)
    {
        _plan = plan;
        _columns = plan.Columns;
        _top = top;
        _afterKey = plan.Query.After?.Key ?? double.PositiveInfinity;
    }

    /// <summary>
    /// Offers the rows that come after the query's cursor to <paramref name="top"/> and returns how many pass the
    /// filter, the cursor left aside.
    /// </summary>
    public static long Run(RankPlan plan, TopRows top)
    {
        top.From(plan.Columns);
        return new RankScan(plan, top).Run();
    }

    [SkipLocalsInit]
    private long Run()
    {
        long matching = 0;
        Span<double> figures = stackalloc double[3 * BlockSlots];
        Span<ulong> selection = stackalloc ulong[BlockWords];
        var slots = _columns.Keys.Slots;
        for (var first = 0; first < slots; first += BlockSlots)
        {
            var used = Math.Min(BlockSlots, (slots - first + 63) & ~63);
            var block = new RankBlock(_columns, first, figures, selection[..(used / 64)]);
            if (Select(block))
                matching += Evaluate(block);
        }

        return matching;
    }

    // What needs no arithmetic. False where nothing of the block is left.
    private bool Select(in RankBlock block)
    {
        var any = SelectByFlags(MemoryMarshal.AsBytes(block.Of(_columns.Flags)), block.Selection);
        if (!any)
            return false;
        if (!_columns.Keys.HasOneWorkspace)
            SelectByWorkspace(block);
        foreach (var (column, accepted) in _plan.Traits)
            column.Narrow(block.Chunk, block.Within, block.Selection, accepted);
        if (_plan.Query.Filter.MinFit is { } minFit)
            KeepAtLeast(block.Of(_columns.Fit), minFit, block.Selection);
        return block.Selection.ContainsAnyExcept(0UL);
    }

    private bool SelectByFlags(ReadOnlySpan<byte> flags, Span<ulong> selection)
    {
        var known = Vector256.Create((byte)RankFlags.Known);
        var rejected = Vector256.Create((byte)_plan.Rejected);
        ulong any = 0;
        for (var word = 0; word < selection.Length; word++)
        {
            ulong bits = 0;
            for (var half = 0; half < 64; half += Vector256<byte>.Count)
            {
                var held = Vector256.Create(flags.Slice((word * 64) + half, Vector256<byte>.Count));
                var unknown = Vector256.Equals(held & known, Vector256<byte>.Zero);
                var accepted = Vector256.Equals(held & rejected, Vector256<byte>.Zero);
                bits |= (ulong)Vector256.AndNot(accepted, unknown).ExtractMostSignificantBits() << half;
            }

            selection[word] = bits;
            any |= bits;
        }

        return any != 0;
    }

    private void SelectByWorkspace(in RankBlock block)
    {
        for (var word = 0; word < block.Selection.Length; word++)
        {
            for (var rest = block.Selection[word]; rest != 0; rest &= rest - 1)
            {
                var bit = BitOperations.TrailingZeroCount(rest);
                if (_columns.Keys.WorkspaceOf(block.First + (word * 64) + bit) != _plan.Workspace)
                    block.Selection[word] &= ~(1UL << bit);
            }
        }
    }

    private int Evaluate(in RankBlock block)
    {
        block.Evaluate(_plan);
        if (_plan.Query.Filter.MinIntent is { } minIntent)
            KeepAtLeast(block.Intent, minIntent, block.Selection);
        if (_plan.Query.Filter.MinTotal is { } minTotal)
            KeepAtLeast(block.Total, minTotal, block.Selection);
        if (_plan.HasRowConditions)
            SelectByRow(block);
        var matching = 0;
        var keys = block.Keys(_plan);
        for (var word = 0; word < block.Selection.Length; word++)
        {
            var bits = block.Selection[word];
            if (bits == 0)
                continue;
            matching += BitOperations.PopCount(bits);
            OfferAbove(block, keys, word, bits);
        }

        return matching;
    }

    private void SelectByRow(in RankBlock block)
    {
        var fit = block.Of(_columns.Fit);
        for (var word = 0; word < block.Selection.Length; word++)
        {
            for (var rest = block.Selection[word]; rest != 0; rest &= rest - 1)
            {
                var bit = BitOperations.TrailingZeroCount(rest);
                var i = (word * 64) + bit;
                if (!_plan.Holds(block.First + i, fit[i], block.Intent[i], block.Total[i]))
                    block.Selection[word] &= ~(1UL << bit);
            }
        }
    }

    private void OfferAbove(in RankBlock block, ReadOnlySpan<double> keys, int word, ulong bits)
    {
        bits &= RankKernels.AtLeast(keys.Slice(word * 64, 64), _top.LeastKey);
        for (; bits != 0; bits &= bits - 1)
        {
            var i = (word * 64) + BitOperations.TrailingZeroCount(bits);
            if (keys[i] <= _afterKey && IsAfterCursor(keys[i], block.Points[i], block.First + i))
                _top.Offer(keys[i], block.Points[i], block.First + i);
        }
    }

    private bool IsAfterCursor(double key, double points, int slot)
    {
        if (_plan.Query.After is not { } after)
            return true;
        return RankOrder.Compare(after.Key, after.IntentPoints, _plan.AfterId, key, points, _columns.Keys.IdOf(slot)) < 0;
    }

    private static void KeepAtLeast(ReadOnlySpan<double> values, double least, Span<ulong> selection)
    {
        for (var word = 0; word < selection.Length; word++)
        {
            if (selection[word] != 0)
                selection[word] &= RankKernels.AtLeast(values.Slice(word * 64, 64), least);
        }
    }
}
