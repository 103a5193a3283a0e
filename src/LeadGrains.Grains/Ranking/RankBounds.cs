using System.Runtime.CompilerServices;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Ranking;

/// <summary>
/// What the rows of each block can have at most at any instant from <see cref="Since"/> on, so that a query looks only
/// at blocks that may hold one of the best. One thread at a time.
/// </summary>
/// <remarks>
/// Decaying sums without what is below zero can only fall, and so can breadth. So a bound holds from the instant on that
/// it was worked out for. It is raised where a row was written to, and worked out anew by a query that looks at a block
/// whose bound is of an older generation. Rows that a filter leaves out count as well: bounds hold for every filter.
/// </remarks>
internal sealed unsafe class RankBounds(RankColumns columns)
{
    // Rows that were written to are looked at when so many have come together: the processor still has them, and a query
    // finds few left to look at.
    private const int NotesMax = 32;

    // Writes that are followed without any query, at least. Where more come, one look at all rows costs less.
    private const int FollowedMin = 8_192;

    // Parts of the shortest half-life: how far bounds may lie behind, and how far before the newest query they are
    // worked out for, so that pages of a query find them good when later queries have come between.
    private const int BehindParts = 32;
    private const int PastParts = 128;

    // Far more than what rounding and powers of two add to figures, which must never exceed their bounds.
    private const double PointsSlack = 1 + 1e-12;
    private const double IntentSlack = 1e-11;

    private readonly long _halfLife = ShortestOf(columns);

    // By column, then those of accounts' own sums; pinned, for the kernels.
    private double[] _factors = [];
    private int[] _notes = [];
    private int _noted;
    private int _lastNoted = -1;
    private int _unfollowed;
    private int _generation;
    private RankFormula? _formula;

    /// <summary>The bounds.</summary>
    public BlockBounds Blocks { get; } = new();

    /// <summary>Writes to rows must be told by <see cref="Note"/>. Not so where many were and no query came.</summary>
    public bool AreKept { get; private set; }

    /// <summary>They hold for no earlier instant.</summary>
    public Instant Since { get; private set; } = Instant.Min;

    /// <summary>The bytes that they take.</summary>
    public long MemoryBytes => Blocks.MemoryBytes + ((long)_notes.Length * sizeof(int));

    /// <summary>Notes that a row was written to.</summary>
    public void Note(int slot)
    {
        if (slot == _lastNoted)
            return;
        _lastNoted = slot;
        _notes[_noted++] = slot;
        if (_noted == NotesMax)
            Follow();
    }

    /// <summary>Brings the bounds up to all that was noted. False where they do not hold for the instant.</summary>
    /// <param name="at">The query's instant.</param>
    /// <param name="isFirstPage">The instant is the clock's, or was just now.</param>
    public bool TryPrepare(Instant at, bool isFirstPage)
    {
        var isBefore = AreKept && at < Since;
        if (isBefore && !(isFirstPage && (Since - at).Ticks > _halfLife / BehindParts))
            return false;

        // A clock that was set back far: it is not to be slow until it has come as far again.
        if (isBefore || !AreKept)
            Begin();
        if (_generation == 0 || (at - Since).Ticks > _halfLife / BehindParts)
            Restart(at);
        _unfollowed = 0;
        Follow();
        return true;
    }

    /// <summary>The bounds of the block are of this generation, and not to be worked out anew.</summary>
    public bool IsCurrent(int block) => Blocks.GenerationOf(block) == _generation;

    /// <summary>Works out a block's bounds anew.</summary>
    /// <param name="block">Counted over all chunks.</param>
    /// <param name="inputs">Where the figures of its chunk are.</param>
    /// <param name="first">The block's first row in the chunk.</param>
    [SkipLocalsInit]
    public void Update(int block, RankInputs inputs, int first)
    {
        if (columns.Models.Only is null)
        {
            UpdateEach(block);
            return;
        }

        var points = stackalloc double[3 * RankKernels.Rows];
        var intent = points + RankKernels.Rows;
        var total = intent + RankKernels.Rows;
        inputs.Factors = (double*)Unsafe.AsPointer(ref _factors[0]);
        inputs.OwnFactors = inputs.Factors + inputs.Columns;
        inputs.EngagedFactor = _formula!.EngagedFactorOf(columns.Models.Only);
        RankKernels.WeighGains(inputs, first, points);
        RankKernels.Score(inputs, first, points, intent, total);
        var most = (inputs.FitWeight * RankKernels.Greatest(inputs.Fit + first)) + (inputs.IntentWeight * 100);
        Blocks.Set(
            block,
            RankKernels.Greatest(points) * PointsSlack,
            Math.Min(100, RankKernels.Greatest(intent) + IntentSlack),
            Math.Min(most, RankKernels.Greatest(total) + IntentSlack),
            _generation);
    }

    // Each row is bounded under the model of its own workspace, whoever asks.
    private void UpdateEach(int block)
    {
        var (points, intent, total) = (0.0, 0.0, 0.0);
        var first = block * RankKernels.Rows;
        for (var slot = first; slot < Math.Min(first + RankKernels.Rows, columns.Keys.Slots); slot++)
        {
            var most = MostOf(slot);
            (points, intent, total) = (Math.Max(points, most.Points), Math.Max(intent, most.Intent), Math.Max(total, most.Total));
        }

        Blocks.Set(block, points, intent, total, _generation);
    }

    private void Begin()
    {
        AreKept = true;
        _notes = new int[NotesMax];
        if (_factors.Length == 0)
            _factors = GC.AllocateArray<double>((2 * columns.Sums.Count) + 1, pinned: true);
        (_noted, _lastNoted, _generation) = (0, -1, 0);
        Blocks.EnsureCapacity(columns.Keys.Slots, 0);
        Blocks.Forget();
    }

    // What was worked out for an earlier instant is good for later ones, so all bounds stay.
    private void Restart(Instant at)
    {
        Since = at + new TimeSpan(-_halfLife / PastParts);
        _generation++;
        TakeFactors();
    }

    private void TakeFactors()
    {
        _formula = new RankFormula(columns, Since);
        _formula.Factors.CopyTo(_factors, 0);
        _formula.OwnFactors.CopyTo(_factors, columns.Sums.Count);
    }

    private void Follow()
    {
        if (!_formula!.IsFor(Since))
            TakeFactors();
        Blocks.EnsureCapacity(columns.Keys.Slots, 0);
        foreach (var slot in _notes.AsSpan(0, _noted))
            Raise(slot);
        _unfollowed += _noted;
        (_noted, _lastNoted) = (0, -1);
        if (_unfollowed <= Math.Max(FollowedMin, columns.Keys.Slots))
            return;
        AreKept = false;
        _notes = [];
    }

    private void Raise(int slot)
    {
        var most = MostOf(slot);
        Blocks.Raise(slot / RankKernels.Rows, most.Points, most.Intent, most.Total);
    }

    private (double Points, double Intent, double Total) MostOf(int slot)
    {
        var model = columns.ModelOf(slot);
        var points = _formula!.GainsOf(slot) * PointsSlack;
        var intent = Math.Min(100, Scores.Intent(points, model.HalfPoint(columns.IsAccount)) + IntentSlack);
        return (points, intent, Scores.Total(model, columns.Fit[slot], intent) + IntentSlack);
    }

    private static long ShortestOf(RankColumns columns)
    {
        var shortest = long.MaxValue;
        foreach (var halfLife in columns.Sums.HalfLives)
            shortest = Math.Min(shortest, halfLife.Ticks);
        foreach (var halfLife in columns.Engaged.HalfLives)
            shortest = Math.Min(shortest, halfLife.Ticks);
        return shortest;
    }
}
