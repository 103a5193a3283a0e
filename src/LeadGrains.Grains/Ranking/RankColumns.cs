using System.Collections.Immutable;
using LeadGrains.Grains.Residents;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Ranking;

/// <summary>
/// What ranking knows of all contacts or all accounts of one partition: a value for each slot of their
/// <see cref="ResidentTable"/>, column by column. Call <see cref="EnsureSlots"/> after keys were added. A new slot is of stage 0,
/// has no flags, and its guard is due at once, so that nothing goes unevaluated. One thread at a time.
/// </summary>
internal sealed class RankColumns
{
    private readonly Dictionary<int, StageExits> _exits = [];
    private int _slots;

    /// <param name="models">Give the half-lives, the traits with a column and the formulas.</param>
    /// <param name="kind">Contacts or accounts.</param>
    /// <param name="partition">From 0.</param>
    /// <param name="keys">Whose slots these are.</param>
    /// <param name="now">The clock now, which picks the landmarks.</param>
    public RankColumns(WorkspaceModels models, GrainKind kind, int partition, ResidentTable keys, Instant now)
    {
        Models = models;
        Kind = kind;
        Partition = partition;
        Keys = keys;
        Today = now.UtcDay;
        var halfLives = models.Set.Columns.Select(column => column.HalfLife).ToList();
        Sums = new DecaySums(halfLives, now, firstLane: 2);
        Own = new OwnPoints(halfLives, now);
        Engaged = new DecaySums(IsAccount ? models.Set.EngagedHalfLives : [], now, firstLane: 1);
        Traits = [.. models.Set.Filters(IsAccount).Select(name => new TraitColumn(name))];
        Reached = new ReachedColumn(models.Set.Models.Any(model => !model.Thresholds(IsAccount).IsEmpty));
        Bounds = new RankBounds(this);
    }

    /// <summary>What everything here was scored under.</summary>
    public WorkspaceModels Models { get; }

    /// <summary>Contacts or accounts.</summary>
    public GrainKind Kind { get; }

    /// <summary>Whether these are accounts.</summary>
    public bool IsAccount => Kind == GrainKind.Account;

    /// <summary>From 0.</summary>
    public int Partition { get; }

    /// <summary>Whose slots these are.</summary>
    public ResidentTable Keys { get; }

    /// <summary>
    /// Points by the model's columns: a contact's own; for an account the sum over its contacts of weight × points,
    /// before breadth, which the contribution table keeps.
    /// </summary>
    public DecaySums Sums { get; }

    /// <summary>Accounts: what their own signals brought.</summary>
    public OwnPoints Own { get; }

    /// <summary>Accounts: the engaged contacts, in the column of the model's half-life for them. No column for contacts.</summary>
    public DecaySums Engaged { get; }

    /// <summary>Fit, 0 to 100. Written by <see cref="SetFit"/>.</summary>
    public Column<double> Fit { get; } = new();

    /// <summary>What rows can have at most, so that a query need not look at all of them.</summary>
    public RankBounds Bounds { get; }

    /// <summary>The held stage's place on the ladder.</summary>
    public Column<byte> Stage { get; } = new();

    /// <summary>The thresholds that it has reached.</summary>
    public ReachedColumn Reached { get; }

    /// <summary>When a grain fell below stages that have a cool-down.</summary>
    public StageExits ExitsOf(int slot) => _exits.Count == 0 ? StageExits.None : _exits.GetValueOrDefault(slot, StageExits.None);

    /// <summary>Replaces when the grain fell below stages.</summary>
    public void TakeExits(int slot, StageExits exits)
    {
        if (exits.All.IsEmpty)
            _exits.Remove(slot);
        else
            _exits[slot] = exits;
    }

    /// <summary>How many rows a ranking without any filter has.</summary>
    public int Eligible { get; private set; }

    /// <summary>What the row is. Written by <see cref="SetFlags"/>.</summary>
    public Column<RankFlags> Flags { get; } = new();

    /// <summary>The newest scoring instant in ticks; of an account, its contacts' signals count too. Means nothing without <see cref="RankFlags.HasSignal"/>.</summary>
    public Column<long> LastSignal { get; } = new();

    /// <summary>Sequence of the grain's last journalled entry; 0 before the first.</summary>
    public Column<long> LastSequence { get; } = new();

    /// <summary>The lowest intent points that could enter a higher stage or reach a threshold.</summary>
    public Column<double> GuardPoints { get; } = new();

    /// <summary>The earliest instant, in ticks, at which time alone could change the stage or leave a threshold.</summary>
    public Column<long> GuardAt { get; } = new();

    /// <summary>Accounts: contacts with a recorded signal.</summary>
    public Column<int> ContactCount { get; } = new();

    /// <summary>Undecayed points of the last days; for accounts those that contacts contribute.</summary>
    public VelocityTable Velocity { get; } = new();

    /// <summary>Traits that rankings can filter by, in some workspace.</summary>
    public ImmutableArray<TraitColumn> Traits { get; }

    /// <summary>No signal of any row is later.</summary>
    public Instant NewestSignal { get; private set; } = Instant.Min;

    /// <summary>The newest UTC day seen, in days since 1970-01-01.</summary>
    public int Today { get; private set; }

    /// <summary>Counts the moves of landmarks and the days gone by, for whoever keeps figures beside these.</summary>
    public int Moves { get; private set; }

    /// <summary>The bytes that the columns take, without keys and texts.</summary>
    public long MemoryBytes =>
        Sums.MemoryBytes + Own.MemoryBytes + Engaged.MemoryBytes + Fit.MemoryBytes + Stage.MemoryBytes + Flags.MemoryBytes
        + LastSignal.MemoryBytes + LastSequence.MemoryBytes + GuardPoints.MemoryBytes + GuardAt.MemoryBytes
        + ContactCount.MemoryBytes + Reached.MemoryBytes + Velocity.MemoryBytes + Bounds.MemoryBytes + Traits.Sum(trait => trait.MemoryBytes);

    /// <summary>The model that the row is scored under.</summary>
    public ScoringModel ModelOf(int slot) => Models.Only ?? Models.Of(Keys.WorkspaceOf(slot));

    /// <summary>Makes room for all slots of <see cref="Keys"/>.</summary>
    public void EnsureSlots()
    {
        if (Keys.Slots <= _slots)
            return;
        _slots = Keys.Slots;
        Sums.EnsureCapacity(_slots);
        Own.EnsureCapacity(_slots);
        Engaged.EnsureCapacity(_slots);
        Fit.EnsureCapacity(_slots);
        Stage.EnsureCapacity(_slots);
        Reached.EnsureCapacity(_slots);
        Flags.EnsureCapacity(_slots);
        LastSignal.EnsureCapacity(_slots);
        LastSequence.EnsureCapacity(_slots);
        GuardPoints.EnsureCapacity(_slots);
        GuardAt.EnsureCapacity(_slots);
        Velocity.EnsureCapacity(_slots);
        if (IsAccount)
            ContactCount.EnsureCapacity(_slots);
        foreach (var trait in Traits)
            trait.EnsureCapacity(_slots);
    }

    /// <summary>
    /// Follows the clock: landmarks move with it, and days that have fallen out of the last 14 are let go. Cheap where
    /// nothing is due.
    /// </summary>
    public void AdvanceTo(Instant now)
    {
        var moved = Sums.AdvanceTo(now) | Own.AdvanceTo(now) | Engaged.AdvanceTo(now);
        if (now.UtcDay > Today)
        {
            Today = now.UtcDay;
            Velocity.Expire(Today);
            Own.Velocity.Expire(Today);
            moved = true;
        }

        if (moved)
            Moves++;
    }

    /// <summary>
    /// Notes that points, engaged contacts or fit of a row have changed. Whoever writes to these columns without the
    /// methods here must call it afterwards, or rankings may miss the row.
    /// </summary>
    public void NoteChange(int slot)
    {
        if (Bounds.AreKept)
            Bounds.Note(slot);
    }

    /// <summary>Replaces the row's fit, 0 to 100.</summary>
    public void SetFit(int slot, double fit)
    {
        Fit[slot] = fit;
        NoteChange(slot);
    }

    /// <summary>Has the processor fetch what a change of the row's points looks at.</summary>
    public void Fetch(int slot)
    {
        for (var c = 0; c < Sums.Count; c++)
            CacheLine.Fetch(ref Sums[c][slot]);
        if (IsAccount)
            CacheLine.Fetch(ref Engaged[ModelOf(slot).EngagedColumn][slot]);
        CacheLine.Fetch(ref Flags[slot]);
        CacheLine.Fetch(ref LastSignal[slot]);
        CacheLine.Fetch(ref GuardPoints[slot]);
        CacheLine.Fetch(ref GuardAt[slot]);
        Velocity.FetchPlace(slot);
    }

    /// <summary>Replaces the values of all traits that have a column.</summary>
    public void SetTraits(int slot, IReadOnlyDictionary<string, TraitValue> traits)
    {
        foreach (var column in Traits)
            column.Set(slot, traits.GetValueOrDefault(column.Name));
    }

    /// <summary>
    /// Replaces what the grain's own signals brought. For an account these are the account-level ones; what contacts
    /// contribute stays.
    /// </summary>
    /// <param name="slot">The grain.</param>
    /// <param name="sums">By the model's columns, relative to the landmarks of <see cref="Sums"/>.</param>
    /// <param name="columns">A contact's sums of other columns stay as they are; an account's are replaced all.</param>
    /// <param name="lastSignalAt">The newest scoring instant; <see cref="Instant.Min"/> before the first signal.</param>
    /// <param name="velocity">Undecayed points of the last days.</param>
    /// <param name="run">What the newest signal belongs to. Kept of accounts only.</param>
    public void SetPoints(
        int slot, ReadOnlySpan<double> sums, GroupSet columns, Instant lastSignalAt, in Velocity velocity, ActivityRun run = default)
    {
        var days = VelocityDays.Of(velocity);
        if (IsAccount)
        {
            if (lastSignalAt != Instant.Min || Own.InUse)
                Own.Set(slot, _slots, sums, days, lastSignalAt, run);
        }
        else
        {
            Sums.Set(slot, sums, columns);
            Velocity.Set(slot, days);
        }

        NoteChange(slot);
        if (lastSignalAt != Instant.Min)
            NoteSignal(slot, lastSignalAt);
    }

    /// <summary>Replaces what an account's subsidiaries bring it, beside what its own signals and its contacts brought.</summary>
    /// <param name="slot">The account.</param>
    /// <param name="sums">By the model's columns, relative to the landmarks of <see cref="Sums"/>; all 0 where nothing is brought any more.</param>
    /// <param name="lastSignalAt">The newest scoring instant of the subsidiaries; <see cref="Instant.Min"/> where they had none.</param>
    /// <param name="velocity">Undecayed points of the last days.</param>
    public void SetShare(int slot, ReadOnlySpan<double> sums, Instant lastSignalAt, in VelocityDays velocity)
    {
        Own.SetShare(slot, _slots, sums, lastSignalAt, velocity);
        NoteChange(slot);
        if (lastSignalAt != Instant.Min)
            NoteSignal(slot, lastSignalAt);
    }

    /// <summary>Notes a signal of the grain or of one of its contacts. An older one than is known changes nothing.</summary>
    public void NoteSignal(int slot, Instant at)
    {
        ref var last = ref LastSignal[slot];
        if (Has(slot, RankFlags.HasSignal) && last >= at.Ticks)
            return;
        Flags[slot] |= RankFlags.HasSignal;
        last = at.Ticks;
        NewestSignal = Instant.Later(NewestSignal, at);
    }

    /// <summary>Whether the row has any of the flags.</summary>
    public bool Has(int slot, RankFlags flags) => (Flags[slot] & flags) != RankFlags.None;

    /// <summary>Sets or clears flags.</summary>
    public void SetFlags(int slot, RankFlags flags, bool on)
    {
        ref var held = ref Flags[slot];
        var after = on ? held | flags : held & ~flags;
        if (after == held)
            return;
        Eligible += (IsEligible(after) ? 1 : 0) - (IsEligible(held) ? 1 : 0);
        held = after;
    }

    /// <summary>The newest scoring instant; null before the first signal.</summary>
    public Instant? LastSignalAt(int slot) =>
        Has(slot, RankFlags.HasSignal) ? new Instant(LastSignal[slot]) : null;

    /// <summary>
    /// Days that count for the account's velocity at an instant gone by may have been let go, since they are of no use
    /// for now.
    /// </summary>
    public bool MayLackDaysOf(int slot, Instant at) =>
        at.UtcDay < Today
        && (Velocity.MayLack(slot, LastSignalAt(slot), at) || (Own.InUse && Own.Velocity.MayLack(slot, Own.LastSignalAt(slot), at)));

    private static bool IsEligible(RankFlags flags) =>
        (flags & RankFlags.Known) != RankFlags.None && (flags & (RankFlags.Claimed | RankFlags.Disqualified)) == RankFlags.None;

    /// <summary>The row's figures at that instant: the same bits as a ranking gives.</summary>
    public RankScore ScoreAt(int slot, Instant at) => new RankFormula(this, at).ScoreOf(slot);
}
