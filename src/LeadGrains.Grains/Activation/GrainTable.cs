using System.Diagnostics.CodeAnalysis;
using LeadGrains.Grains.Ranking;
using LeadGrains.Grains.Residents;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Activation;

/// <summary>
/// All grains of one kind in one partition: every known key has a slot and its ranking columns, which stay; only
/// some have an activation, which comes and goes.
/// </summary>
internal sealed class GrainTable<TGrain>(ResidentTable keys, RankColumns columns)
    where TGrain : Grain
{
    private const int LooksPerGrain = 8;

    // How many grains ahead of the one to be written: each line of memory says where the next one is.
    private const int Object = 6;
    private const int Parts = 4;
    private const int Contents = 2;

    private readonly SlotsAhead _ahead = new();
    private readonly HashSet<int> _fetching = [];
    private SlotSet _dirty = new();
    private SlotSet _taken = new();

    // Those whose rows hold all of them, and that could go: others are not looked at, which are most of them where rows are behind.
    private readonly SlotSet _clean = new();
    private TGrain?[] _bySlot = [];
    private int _hand;
    private RankFormula? _formula;

    public ResidentTable Keys { get; } = keys;

    public RankColumns Columns { get; } = columns;

    public int ActiveCount { get; private set; }

    /// <summary>How rows are evaluated at an instant; kept while the same instant is asked for.</summary>
    public RankFormula FormulaAt(Instant at)
    {
        if (_formula is null || !_formula.IsFor(at))
            _formula = new RankFormula(Columns, at);
        return _formula;
    }

    /// <summary>The activation; null where the grain is cold.</summary>
    public TGrain? Find(int slot) => slot < _bySlot.Length ? _bySlot[slot] : null;

    /// <summary>Has the processor fetch the place that says where the activation is.</summary>
    public void FetchPlace(int slot)
    {
        if (slot < _bySlot.Length)
            CacheLine.Fetch(ref _bySlot[slot]);
    }

    public void Activate(TGrain grain)
    {
        if (grain.Slot >= _bySlot.Length)
            Array.Resize(ref _bySlot, Math.Max(grain.Slot + 1, Math.Max(64, _bySlot.Length * 2)));
        _bySlot[grain.Slot] = grain;
        ActiveCount++;
        if (!grain.IsDirty)
            _clean.Add(grain.Slot);
        _fetching.Remove(grain.Slot);
    }

    /// <summary>True the first time; until it is activated others need not fetch it again.</summary>
    public bool BeginFetch(int slot) => _fetching.Add(slot);

    public void MarkDirty(TGrain grain)
    {
        if (grain.IsDirty)
            return;
        grain.IsDirty = true;
        _dirty.Add(grain.Slot);
        _clean.Remove(grain.Slot);
    }

    /// <summary>Its row is in the store.</summary>
    public void EndWrite(TGrain grain)
    {
        grain.IsBeingWritten = false;
        if (!grain.IsDirty)
            _clean.Add(grain.Slot);
    }

    /// <summary>
    /// Hands the dirty grains over to who writes them, all of those handed over before being written. In the order of slots:
    /// so their rows were written first, and so they lie, and neighbours are written together.
    /// </summary>
    public void TakeDirty() => (_dirty, _taken) = (_taken, _dirty);

    /// <summary>The next one of those handed over; false where all have come.</summary>
    public bool TryNextDirty([NotNullWhen(true)] out TGrain? grain)
    {
        while (!_ahead.IsFull && _taken.TryTake(out var next))
        {
            FetchPlace(next);
            _ahead.Add(next);
        }

        FetchAhead();
        if (!_ahead.TryTake(out var slot))
        {
            grain = null;
            return false;
        }

        // A checkpoint behind a row that was passed over would lose it.
        grain = _bySlot[slot] ?? throw new InvalidOperationException($"Slot {slot} is to be written, and not in memory.");
        return true;
    }

    /// <summary>
    /// Lets go of clean grains that no turn from <paramref name="oldestTurn"/> on needs, going round like the hand of
    /// a clock: one that was used since the hand passed it is spared once. Looks at a bounded number; returns how many
    /// it let go.
    /// </summary>
    public int Evict(int atMost, long oldestTurn)
    {
        var evicted = 0;
        var looks = Math.Min(2L * _clean.Count, LooksPerGrain * (long)atMost);
        for (; looks > 0 && evicted < atMost && _clean.TryFindFrom(_hand, out var slot); looks--)
        {
            _hand = slot + 1;
            var grain = _bySlot[slot]!;
            if (grain.IsTouched || grain.LastTurn >= oldestTurn)
                continue;
            if (grain.LastTurn != grain.SparedTurn)
            {
                grain.SparedTurn = grain.LastTurn;
                continue;
            }

            grain.Release();
            _bySlot[slot] = null;
            _clean.Remove(slot);
            ActiveCount--;
            evicted++;
        }

        return evicted;
    }

    private void FetchAhead()
    {
        if (_ahead.TryPeek(Object, out var slot) && Find(slot) is { } found)
            CacheLine.Fetch(found, lines: 4);
        if (_ahead.TryPeek(Parts, out slot) && Find(slot) is { } whole)
        {
            whole.FetchParts();
            whole.FetchTraits();
            Columns.Fetch(slot);
        }

        if (_ahead.TryPeek(Contents, out slot) && Find(slot) is { } parted)
        {
            parted.FetchContents();
            Columns.Velocity.FetchDays(slot);
        }
    }
}
