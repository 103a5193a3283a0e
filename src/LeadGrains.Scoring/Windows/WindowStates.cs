namespace LeadGrains.Scoring;

/// <summary>What a grain's windowed rules keep, ordered by the rules' places in the model.</summary>
internal struct WindowStates
{
    private WindowState[]? _items;

    public WindowStates(ReadOnlySpan<WindowState> items) => _items = items.IsEmpty ? null : items.ToArray();

    public readonly ReadOnlySpan<WindowState> Items => _items;

    /// <summary>
    /// Keeps a signal for its rule and gives what it earns. The group's instant follows every signal that counts, whether
    /// it brings an award at once or not: else it would depend on the order of arrival.
    /// </summary>
    public RuleOutcome Keep(
        ScoringModel model, ScoringRule rule, RuleWindow window, KeptSignal signal, ref PointLedger ledger, ref DayCounts days)
    {
        var state = Of(rule.Index);
        var place = state.PlaceOf(window, signal);
        if (place < 0)
            return RuleOutcome.TooOld;
        if (!days.Admits(ledger.Arena, rule, signal.At))
            return RuleOutcome.DayFull;
        place = state.Insert(ledger.Arena, window, place, signal);
        ledger.Reach(model, model.Groups[rule.Group], signal.At);
        if (place < state.Signals.Length - 1)
            Restate(model, rule, window, state, place, ref ledger);
        else if (window.Append(state.Marks) is > 0 and var share)
            ledger.Add(model, rule, share * model.PointsOf(rule, signal.Via), signal.At);
        return RuleOutcome.Counted;
    }

    public void Release(ListArena? arena)
    {
        foreach (var state in Items)
            state.Release(arena);
        _items = null;
    }

    // A new one is empty.
    private WindowState Of(int rule)
    {
        var items = Items;
        var i = 0;
        while (i < items.Length && items[i].Rule < rule)
            i++;
        if (i == items.Length || items[i].Rule != rule)
            _items = [.. items[..i], new WindowState(rule), .. items[i..]];
        return _items![i];
    }

    private static void Restate(
        ScoringModel model, ScoringRule rule, RuleWindow window, WindowState state, int place, ref PointLedger ledger)
    {
        Span<double> changes = stackalloc double[WindowState.Most];
        changes = changes[..state.Signals.Length];
        window.Insert(state.Marks, place, changes);
        var withdrawn = 0u;
        for (var i = 0; i < changes.Length; i++)
        {
            if (changes[i] >= 0)
                continue;
            ledger.Withdraw(model, rule, -changes[i] * model.PointsOf(rule, state.Signals[i].Via), state.Signals[i].At);
            withdrawn++;
        }

        for (var i = 0; i < changes.Length; i++)
        {
            if (changes[i] > 0)
                ledger.Add(model, rule, changes[i] * model.PointsOf(rule, state.Signals[i].Via), state.Signals[i].At);
        }

        if (window.GivesAwards && withdrawn > 0)
            ledger.Recount(rule.Index, withdrawn, NewestAward(state.Signals));
    }

    // A signal more never takes the last award of a list away.
    private static Instant NewestAward(ReadOnlySpan<KeptSignal> signals)
    {
        var i = signals.Length - 1;
        while (signals[i].Use != SignalUse.Awarded)
            i--;
        return signals[i].At;
    }
}
