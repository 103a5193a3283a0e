namespace LeadGrains.Scoring;

/// <summary>
/// `latest: true`: of a rule's signals only the newest counts, by scoring instant; of two at one instant the one that gives
/// more. Ordered by the rules' places in the model.
/// </summary>
internal struct LatestSignals
{
    private LatestSignal[]? _signals;
    private int _length;

    public LatestSignals(ReadOnlySpan<LatestSignal> signals)
    {
        _signals = signals.IsEmpty ? null : signals.ToArray();
        _length = signals.Length;
    }

    public readonly ReadOnlySpan<LatestSignal> Items => _signals.AsSpan(0, _length);

    /// <summary>Gives a signal's points in place of those of the one before it, unless that is newer.</summary>
    /// <param name="model">The model.</param>
    /// <param name="rule">The rule.</param>
    /// <param name="signal">What the signal is worth.</param>
    /// <param name="ledger">Where points are given and taken back.</param>
    /// <param name="replaced">The one that counts no more; null where there was none, or this one does not count.</param>
    public RuleOutcome Give(ScoringModel model, ScoringRule rule, LatestSignal signal, ref PointLedger ledger, out LatestSignal? replaced)
    {
        replaced = null;
        var i = 0;
        while (i < _length && _signals![i].Rule < rule.Index)
            i++;
        if (i == _length || _signals![i].Rule != rule.Index)
        {
            SortedArray.Insert(ref _signals, ref _length, i, signal);
            ledger.Add(model, rule, signal.Points, signal.At);
            return RuleOutcome.Counted;
        }

        var held = _signals[i];
        if (held.At > signal.At || (held.At == signal.At && held.Points >= signal.Points))
            return RuleOutcome.Superseded;
        _signals[i] = signal;
        ledger.Withdraw(model, rule, held.Points, held.At);
        ledger.Add(model, rule, signal.Points, signal.At);
        ledger.Recount(rule.Index, 1, signal.At);
        replaced = held;
        return RuleOutcome.Counted;
    }
}
