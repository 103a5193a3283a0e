using System.Numerics;
using System.Runtime.Intrinsics;
using LeadGrains.Grains.Residents;

namespace LeadGrains.Grains.Ranking;

/// <summary>
/// One chunk of a partition's columns, as a scan goes over it 64 rows at a time: what of them passes, and their
/// figures. Rows are counted from the chunk's first.
/// </summary>
internal sealed unsafe class RankChunk
{
    private readonly RankPlan _plan;
    private readonly RankColumns _columns;
    private RankInputs _inputs;
    private byte* _flags;
    private byte* _stage;
    private long* _lastSignal;

    /// <param name="plan">What is looked for.</param>
    /// <param name="room">Room for <see cref="RoomOf"/> bytes, which must outlive this.</param>
    public RankChunk(RankPlan plan, byte* room)
    {
        _plan = plan;
        _columns = plan.Columns;
        var columns = _columns.Sums.Count;
        var factors = (double*)room;
        plan.Formula.Factors.CopyTo(new Span<double>(factors, columns));
        plan.Formula.OwnFactors.CopyTo(new Span<double>(factors + columns, columns));
        var places = (double**)(factors + (2 * columns));
        _inputs = new RankInputs
        {
            Columns = columns,
            Sums = places,
            Factors = factors,
            EngagedFactor = plan.Formula.EngagedFactorOf(plan.Model),
            BreadthStep = plan.Model.BreadthStep,
            BreadthMax = plan.Model.BreadthMax,
            OwnSums = _columns.Own.InUse ? places + columns : null,
            OwnFactors = factors + columns,
            HalfPoint = plan.Model.HalfPoint(_columns.IsAccount),
            FitWeight = plan.Model.FitWeight,
            IntentWeight = plan.Model.IntentWeight,
        };
    }

    /// <summary>The chunk's number.</summary>
    public int Index { get; private set; } = -1;

    /// <summary>The slot of the chunk's first row.</summary>
    public int FirstSlot => Index * Column<byte>.ChunkSlots;

    /// <summary>Fit, row by row.</summary>
    public double* Fit => _inputs.Fit;

    /// <summary>How many bytes a plan's factors and places take.</summary>
    public static int RoomOf(RankPlan plan) => 4 * sizeof(double) * plan.Columns.Sums.Count;

    /// <summary>Goes to another chunk.</summary>
    public void MoveTo(int index)
    {
        if (index == Index)
            return;
        Index = index;
        _flags = (byte*)_columns.Flags.Chunk(index);
        _stage = _columns.Stage.Chunk(index);
        _lastSignal = _columns.LastSignal.Chunk(index);
        _inputs.Fit = _columns.Fit.Chunk(index);
        _inputs.Engaged = _columns.IsAccount ? _columns.Engaged[_plan.Model.EngagedColumn].Chunk(index) : null;
        for (var c = 0; c < _inputs.Columns; c++)
        {
            _inputs.Sums[c] = _columns.Sums[c].Chunk(index);
            if (_inputs.OwnSums is not null)
                _inputs.OwnSums[c] = _columns.Own.Sums[c].Chunk(index);
        }
    }

    /// <summary>Of 64 rows, those that pass all conditions that need no arithmetic: one bit for each.</summary>
    public ulong Select(int first)
    {
        var rows = SelectByFlags(_flags + first);
        if (rows != 0 && !_columns.Keys.HasOneWorkspace)
            rows = SelectByWorkspace(first, rows);
        foreach (var (column, accepted) in _plan.Traits)
        {
            if (rows == 0)
                return 0;
            rows &= column.Matching(Index, first, rows, accepted);
        }

        if (rows != 0 && _plan.Query.Filter.MinFit is { } minFit)
            rows &= RankKernels.AtLeast(Fit + first, minFit);
        if (rows != 0 && _plan.Query.Filter.Dormant)
            rows = SelectDormant(first, rows);
        if (rows != 0 && _plan.Query.Filter.Surging)
            rows = SelectSurging(first, rows);
        return rows;
    }

    /// <summary>Works out the figures of 64 rows.</summary>
    public void Evaluate(int first, double* points, double* intent, double* total)
    {
        RankKernels.Weigh(_inputs, first, points);
        if (_plan.Formula.HasLaterRows)
            EvaluateLaterRows(first, points);
        if (_plan.NeedsIntent)
            RankKernels.Score(_inputs, first, points, intent, total);
    }

    /// <summary>Works out anew what 64 rows can have at most.</summary>
    public void UpdateBounds(int first) =>
        _columns.Bounds.Update((FirstSlot + first) / RankKernels.Rows, _inputs, first);

    /// <summary>Of 64 rows whose figures are known, those with an accepted stage.</summary>
    public ulong SelectByStage(int first, ulong rows, double* total, bool[] accepted)
    {
        var ladder = _plan.Model.Stages(_columns.IsAccount);

        // The first stage is shown as it is held, whatever the figures are.
        var inFirst = Equal(_stage + first, 0);
        var passed = accepted[0] ? rows & inFirst : 0;
        for (var rest = rows & ~inFirst; rest != 0; rest &= rest - 1)
        {
            var i = BitOperations.TrailingZeroCount(rest);
            if (accepted[ladder.Shown(_stage[first + i], total[i], Fit[first + i])])
                passed |= 1UL << i;
        }

        return passed;
    }

    private ulong SelectByFlags(byte* flags)
    {
        var known = Vector256.Create((byte)RankFlags.Known);
        var rejected = Vector256.Create((byte)_plan.Rejected);
        ulong rows = 0;
        for (var i = 0; i < RankKernels.Rows; i += Vector256<byte>.Count)
        {
            var held = Vector256.Load(flags + i);
            var unknown = Vector256.Equals(held & known, Vector256<byte>.Zero);
            var accepted = Vector256.Equals(held & rejected, Vector256<byte>.Zero);
            rows |= (ulong)Vector256.AndNot(accepted, unknown).ExtractMostSignificantBits() << i;
        }

        return rows;
    }

    private ulong SelectByWorkspace(int first, ulong rows)
    {
        ulong passed = 0;
        for (var rest = rows; rest != 0; rest &= rest - 1)
        {
            var i = BitOperations.TrailingZeroCount(rest);
            if (_columns.Keys.WorkspaceOf(FirstSlot + first + i) == _plan.Workspace)
                passed |= 1UL << i;
        }

        return passed;
    }

    private ulong SelectDormant(int first, ulong rows)
    {
        ulong passed = 0;
        for (var rest = rows; rest != 0; rest &= rest - 1)
        {
            var i = BitOperations.TrailingZeroCount(rest);
            if (_plan.Formula.IsDormant(FirstSlot + first + i))
                passed |= 1UL << i;
        }

        return passed;
    }

    // Without points in the last days nothing surges.
    private ulong SelectSurging(int first, ulong rows)
    {
        ulong passed = 0;
        for (var rest = rows & _plan.Formula.WithVelocity(Index, first); rest != 0; rest &= rest - 1)
        {
            var i = BitOperations.TrailingZeroCount(rest);
            if (_plan.Formula.IsSurging(FirstSlot + first + i))
                passed |= 1UL << i;
        }

        return passed;
    }

    private void EvaluateLaterRows(int first, double* points)
    {
        for (var i = 0; i < RankKernels.Rows; i++)
        {
            if (_lastSignal[first + i] > _plan.Formula.At.Ticks && _plan.Formula.IsLater(FirstSlot + first + i))
                points[i] = _plan.Formula.PointsOf(FirstSlot + first + i);
        }
    }

    private static ulong Equal(byte* values, byte wanted)
    {
        ulong rows = 0;
        for (var i = 0; i < RankKernels.Rows; i += Vector256<byte>.Count)
            rows |= (ulong)Vector256.Equals(Vector256.Load(values + i), Vector256.Create(wanted)).ExtractMostSignificantBits() << i;
        return rows;
    }
}
