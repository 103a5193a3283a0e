namespace LeadGrains.Scoring;

/// <summary>How many signals limits held back, ordered by the rules' places in the model, then by limit.</summary>
internal struct HeldCounts
{
    private HeldCount[]? _counts;
    private int _length;

    public HeldCounts(ReadOnlySpan<HeldCount> counts)
    {
        _counts = counts.IsEmpty ? null : counts.ToArray();
        _length = counts.Length;
    }

    public readonly ReadOnlySpan<HeldCount> Items => _counts.AsSpan(0, _length);

    /// <summary>Counts a signal that matched, where the outcome is that a limit held it back.</summary>
    public void Count(int rule, RuleOutcome outcome)
    {
        if (outcome is not (RuleOutcome.DayFull or RuleOutcome.SeenBefore or RuleOutcome.TooOld or RuleOutcome.Superseded))
            return;
        var i = 0;
        while (i < _length && (_counts![i].Rule < rule || (_counts[i].Rule == rule && _counts[i].Outcome < outcome)))
            i++;
        if (i == _length || _counts![i].Rule != rule || _counts[i].Outcome != outcome)
            SortedArray.Insert(ref _counts, ref _length, i, new HeldCount(rule, outcome, 0));
        ref var held = ref _counts![i];
        held = held with { Count = Saturating.Increment(held.Count) };
    }

    /// <summary>Counts one less that was counted.</summary>
    public void Uncount(int rule, RuleOutcome outcome)
    {
        var i = 0;
        while (_counts![i].Rule != rule || _counts[i].Outcome != outcome)
            i++;
        ref var held = ref _counts[i];
        held = held with { Count = held.Count - 1 };
        if (held.Count > 0)
            return;
        _counts.AsSpan(i + 1, _length - i - 1).CopyTo(_counts.AsSpan(i));
        _length--;
    }
}
