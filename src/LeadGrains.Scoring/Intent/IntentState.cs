namespace LeadGrains.Scoring;

/// <summary>
/// One grain's own decaying points: a contact's, or those of signals about an account. What it holds depends on the
/// signals and the model only; where no cap, floor or limit was hit and no windowed rule's or burst's list was full, not on
/// the order in which they came.
/// Not safe for several threads.
/// </summary>
public sealed class IntentState
{
    private PointLedger _ledger;
    private DayCounts _days;
    private WindowStates _windows;
    private ObjectCounts _objects;
    private LatestSignals _latest;
    private HeldCounts _held;
    private MachineCounts _machines;
    private BurstWatch _watch;
    private Instant _settledEngagement = Instant.Min;

    /// <summary>Nothing has been counted.</summary>
    /// <param name="arena">Where its lists lie; null for arrays of their own.</param>
    public IntentState(ListArena? arena = null) => _ledger = new PointLedger(arena, [], [], default);

    /// <summary>No rule ever counted a signal.</summary>
    public bool IsEmpty => _ledger.Rules.IsEmpty && _windows.IsEmpty;

    /// <summary>By group; good until the next signal.</summary>
    public ReadOnlySpan<GroupIntent> Groups => _ledger.Groups;

    /// <summary>By rule; good until the next signal.</summary>
    public ReadOnlySpan<RuleIntent> Rules => _ledger.Rules;

    /// <summary>What limits held back, by rule; good until the next signal.</summary>
    public ReadOnlySpan<HeldCount> Held => _held.Items;

    /// <summary>What machines sent.</summary>
    public MachineCounts Machines => _machines;

    /// <summary>Undecayed points by day, after daily limits, caps and floors.</summary>
    public ref readonly Velocity Velocity => ref _ledger.Velocity;

    /// <summary>The newest scoring instant of a signal of a person for which a rule gave positive points; the least instant where there is none.</summary>
    public Instant EngagedAt => Instant.Later(_settledEngagement, _watch.EngagedAt);

    /// <summary>All of it, for storing; good until the next signal.</summary>
    public IntentContents Contents => new()
    {
        Groups = _ledger.Groups,
        Rules = _ledger.Rules,
        DayCounts = _days.Items,
        ObjectCounts = _objects.Items,
        Windows = _windows,
        Latest = _latest.Items,
        Held = _held.Items,
        Machines = _machines,
        Watch = _watch,
        SettledEngagement = _settledEngagement,
        Velocity = _ledger.Velocity,
    };

    /// <summary>What was stored before, under the same model. Windows and watch, which are of the same arena, become its own.</summary>
    public static IntentState Restore(in IntentContents contents, ListArena? arena = null) => new(arena)
    {
        _ledger = new PointLedger(arena, contents.Groups, contents.Rules, contents.Velocity),
        _days = new DayCounts(arena, contents.DayCounts),
        _objects = new ObjectCounts(arena, contents.ObjectCounts),
        _windows = contents.Windows,
        _latest = new LatestSignals(arena, contents.Latest),
        _held = new HeldCounts(arena, contents.Held),
        _machines = contents.Machines,
        _watch = contents.Watch,
        _settledEngagement = contents.SettledEngagement,
    };

    /// <summary>
    /// Scores one signal that is no duplicate: every rule on its type whose conditions hold and whose limits are not
    /// reached. A machine's gives nothing; where it completes a burst, what the others of the burst gave is taken back.
    /// </summary>
    /// <param name="model">The model that all of this state was scored under.</param>
    /// <param name="type">The signal's type, UTF-8.</param>
    /// <param name="scoringInstant">The earlier of when it occurred and when it was received.</param>
    /// <param name="attributes">The signal's attributes.</param>
    /// <param name="trace">Is told what became of the signal; what it held before is gone.</param>
    public SignalEffect Apply<TAttributes>(
        ScoringModel model, ReadOnlySpan<byte> type, Instant scoringInstant, in TAttributes attributes, SignalTrace? trace = null)
        where TAttributes : IAttributes, allows ref struct
    {
        trace?.Clear();
        var rules = model.RulesFor(type, out var isWatched);
        if (model.Machines is { } machines && IsMachine(model, machines, rules, isWatched, scoringInstant, in attributes, trace, out var isScanner))
            return new SignalEffect { IsScanner = isScanner };

        var signal = new SignalOffer(type, scoringInstant, model.Channels?.ChannelOf(in attributes) ?? 0, isWatched);
        var found = new FoundAttribute { Slot = -1 };
        var (matched, engaged) = (false, false);
        foreach (var rule in rules)
        {
            if (!rule.Matches(in attributes, ref found))
            {
                trace?.Add(rule, RuleOutcome.NoMatch);
                continue;
            }

            var points = model.PointsOf(rule, signal.Via);
            var outcome = rule.IsPlain && !isWatched
                ? GivePlain(model, rule, points, scoringInstant)
                : Give(model, rule, in signal, in attributes, ref points, trace);
            trace?.Add(rule, outcome);
            matched |= outcome == RuleOutcome.Counted;
            // A number that has been replaced was positive at its time; else who engaged would depend on the order of arrival.
            engaged |= points > 0 && outcome is RuleOutcome.Counted or RuleOutcome.Superseded;
            if (outcome != RuleOutcome.Counted)
                _held.Count(_ledger.Arena, rule.Index, outcome);
        }

        Engage(scoringInstant, engaged, isWatched);
        return new SignalEffect(matched, engaged);
    }

    /// <summary>Has the processor fetch what <see cref="Apply"/> will look at; the object itself is there.</summary>
    public void Fetch()
    {
        _ledger.Fetch();
        CacheLine.Fetch(_days.Items);
        _watch.Fetch();
        _windows.Fetch();
    }

    /// <summary>Gives the room of all lists back. Nothing may be asked of it any more.</summary>
    public void Release()
    {
        _days.Release(_ledger.Arena);
        _objects.Release(_ledger.Arena);
        _windows.Release(_ledger.Arena);
        _latest.Release(_ledger.Arena);
        _held.Release(_ledger.Arena);
        _watch.Release(_ledger.Arena);
        _ledger.Release();
    }

    /// <summary>Intent points at that instant. A group that has seen a later one counts as it stands.</summary>
    public double PointsAt(ScoringModel model, Instant at) => _ledger.PointsAt(model, at);

    /// <summary>Writes one sum for each of the model's columns, relative to the column's landmark.</summary>
    /// <param name="model">The model that this was scored under.</param>
    /// <param name="landmarks">One for each column.</param>
    /// <param name="sums">One for each column; overwritten.</param>
    public void SumsInto(ScoringModel model, ReadOnlySpan<Landmark> landmarks, Span<double> sums) =>
        SumsInto(model, landmarks, sums, GroupSet.All);

    /// <summary>Writes the sums of the columns that some of these groups belong to, and leaves the others as they are.</summary>
    /// <returns>The columns that were written.</returns>
    /// <inheritdoc cref="SumsInto(ScoringModel, ReadOnlySpan{Landmark}, Span{double})"/>
    public GroupSet SumsInto(ScoringModel model, ReadOnlySpan<Landmark> landmarks, Span<double> sums, GroupSet groups) =>
        _ledger.SumsInto(model, landmarks, sums, groups);

    /// <summary>The groups whose points may have changed since this was asked last; at first all.</summary>
    public GroupSet TakeChangedGroups() => _ledger.TakeChangedGroups();

    // Comes before all limits, so that a machine uses up neither a day nor an object.
    private bool IsMachine<TAttributes>(
        ScoringModel model,
        MachineRules machines,
        ReadOnlySpan<ScoringRule> rules,
        bool isWatched,
        Instant at,
        in TAttributes attributes,
        SignalTrace? trace,
        out bool isScanner)
        where TAttributes : IAttributes, allows ref struct
    {
        isScanner = machines.Scanners.Sent(in attributes);
        if (rules.IsEmpty && !isWatched)
            return isScanner;
        var isMachine = (isWatched && IsBurst(model, machines, at, isScanner, trace)) || isScanner;
        if (!isMachine)
            return false;
        _machines = isScanner ? _machines.WithScanner() : _machines.WithBurst();
        if (trace is not null)
            trace.IsScanner = isScanner;
        foreach (var rule in rules)
            trace?.Add(rule, RuleOutcome.Machine);
        if (isWatched)
            Engage(at, engaged: false, isWatched);
        return true;
    }

    private bool IsBurst(ScoringModel model, MachineRules machines, Instant at, bool isScanner, SignalTrace? trace)
    {
        Span<Instant> revealed = stackalloc Instant[BurstWatch.Most];
        var isBurst = _watch.Add(_ledger.Arena, machines.Burst!, at, isScanner, revealed, out var count);
        foreach (var instant in revealed[..count])
        {
            _machines = _machines.WithBurst();
            while (_watch.TryTake(instant, out var gift))
                TakeBack(model, gift);
            foreach (var rule in machines.WatchedRules)
                trace?.Revise(new RevisedVerdict(instant, rule, RuleOutcome.Machine));
        }

        return isBurst;
    }

    private void TakeBack(ScoringModel model, WatchedGift gift)
    {
        var rule = model.Rules[gift.Rule];
        if (gift.Outcome != RuleOutcome.Counted)
        {
            _held.Uncount(gift.Rule, gift.Outcome);
            return;
        }

        _ledger.Withdraw(model, rule, gift.Points, gift.At);
        _ledger.Uncount(rule, _watch.NewestOf(gift.Rule));
        if (rule.PerDay is not null)
            _days.Uncount(gift.Rule, gift.At.UtcDay);
        if (gift.About is { } about)
            _objects.Remove(new ObjectCount(gift.Rule, about, gift.At));
    }

    private void Engage(Instant at, bool engaged, bool isWatched)
    {
        if (isWatched)
            _settledEngagement = Instant.Later(_settledEngagement, _watch.Settle(at, engaged));
        else if (engaged)
            _settledEngagement = Instant.Later(_settledEngagement, at);
    }

    private RuleOutcome GivePlain(ScoringModel model, ScoringRule rule, double points, Instant at)
    {
        if (!_days.Admits(_ledger.Arena, rule, at))
            return RuleOutcome.DayFull;
        _ledger.Add(model, rule, points, at);
        return RuleOutcome.Counted;
    }

    // For a rule or a type that is not plain: says how many points the signal is worth, of an award those of the whole.
    private RuleOutcome Give<TAttributes>(
        ScoringModel model, ScoringRule rule, in SignalOffer signal, in TAttributes attributes, ref double points, SignalTrace? trace)
        where TAttributes : IAttributes, allows ref struct
    {
        var about = rule.OncePer?.ObjectOf(in attributes);
        var outcome = RuleOutcome.SeenBefore;
        if (about is not { } asked || _objects.IsFree(new ObjectCount(rule.Index, asked, signal.At), rule.OncePer!.Within))
        {
            if (rule.Scale is { } scale)
            {
                if (scale.ShareOf(in attributes) is not { } share)
                    return RuleOutcome.NoNumber;
                points *= share;
            }

            outcome = GiveOne(model, rule, in signal, points, trace);
            if (outcome == RuleOutcome.Counted && about is { } counted)
                _objects.Add(_ledger.Arena, new ObjectCount(rule.Index, counted, signal.At));
        }

        if (signal.IsWatched)
            _watch.Remember(_ledger.Arena, new WatchedGift(signal.At, rule.Index, outcome, outcome == RuleOutcome.Counted ? points : 0, about));
        return outcome;
    }

    private RuleOutcome GiveOne(ScoringModel model, ScoringRule rule, in SignalOffer signal, double points, SignalTrace? trace)
    {
        if (rule.Window is { } window)
        {
            var kept = new KeptSignal(signal.At, window.StepOf(signal.Type), rule.HasChannel ? signal.Via : (byte)0, SignalUse.Free);
            return _windows.Keep(model, rule, window, kept, ref _ledger, ref _days);
        }

        if (!rule.IsLatest)
            return GivePlain(model, rule, points, signal.At);
        var outcome = _latest.Give(model, rule, new LatestSignal(rule.Index, signal.At, points), ref _ledger, out var replaced);
        if (replaced is { } before)
        {
            _held.Count(_ledger.Arena, rule.Index, RuleOutcome.Superseded);
            trace?.Revise(new RevisedVerdict(before.At, rule.Index, RuleOutcome.Superseded));
        }

        return outcome;
    }
}
