namespace LeadGrains.Scoring;

/// <summary>
/// `latest: true`: of a rule's signals only the newest counts, by scoring instant; of two at one instant the one that gives
/// more. Ordered by the rules' places in the model.
/// </summary>
internal struct LatestSignals
{
    private ArenaList<LatestSignal> _signals;

    public LatestSignals(ListArena? arena, ReadOnlySpan<LatestSignal> signals) => _signals = new(arena, signals);

    public readonly ReadOnlySpan<LatestSignal> Items => _signals.Items;

    /// <summary>Gives a signal's points in place of those of the one before it, unless that is newer.</summary>
    /// <param name="model">The model.</param>
    /// <param name="rule">The rule.</param>
    /// <param name="signal">What the signal is worth.</param>
    /// <param name="ledger">Where points are given and taken back.</param>
    /// <param name="replaced">The one that counts no more; null where there was none, or this one does not count.</param>
    public RuleOutcome Give(
        ScoringModel model, ScoringRule rule, LatestSignal signal, ref PointLedger ledger, out LatestSignal? replaced)
    {
        replaced = null;
        var signals = _signals.Items;
        var i = 0;
        while (i < signals.Length && signals[i].Rule < rule.Index)
            i++;
        if (i == signals.Length || signals[i].Rule != rule.Index)
        {
            _signals.Insert(ledger.Arena, i, signal);
            ledger.Add(model, rule, signal.Points, signal.At);
            return RuleOutcome.Counted;
        }

        var held = signals[i];
        if (held.At > signal.At || (held.At == signal.At && held.Points >= signal.Points))
            return RuleOutcome.Superseded;
        signals[i] = signal;
        ledger.Withdraw(model, rule, held.Points, held.At);
        ledger.Add(model, rule, signal.Points, signal.At);
        ledger.Recount(rule.Index, 1, signal.At);
        replaced = held;
        return RuleOutcome.Counted;
    }

    public void Release(ListArena? arena) => _signals.Release(arena);
}
