namespace LeadGrains.Scoring;

/// <summary>What a grain's windowed rules keep, ordered by the rules' places in the model. A default value is empty.</summary>
public struct WindowStates
{
    private ArenaList<WindowState.Head> _heads;

    // Of all rules, one after another.
    private ArenaList<KeptSignal> _signals;

    /// <summary>No signal ever matched a windowed rule.</summary>
    public readonly bool IsEmpty => _heads.Length == 0;

    /// <summary>How many rules there are.</summary>
    public readonly int Count => _heads.Length;

    /// <summary>What one of the rules keeps; good until the next signal.</summary>
    public readonly WindowState this[int index] => new(_heads.Items[index], SignalsOf(index));

    /// <summary>Adds what was stored before of a rule behind those that are there.</summary>
    /// <param name="arena">Where it is to lie; null for arrays of its own.</param>
    /// <param name="rule">The rule's place in the model.</param>
    /// <param name="settled">As <see cref="WindowState.Settled"/>.</param>
    /// <param name="signals">In order.</param>
    /// <exception cref="ArgumentException">There are more than <see cref="WindowState.Most"/>.</exception>
    public void Restore(ListArena? arena, int rule, Instant settled, ReadOnlySpan<KeptSignal> signals)
    {
        if (signals.Length > WindowState.Most)
            throw new ArgumentException($"At most {WindowState.Most} signals are kept.", nameof(signals));
        _heads.Add(arena, new WindowState.Head(rule, settled, signals.Length));
        foreach (var signal in signals)
            _signals.Add(arena, signal);
    }

    /// <summary>
    /// Keeps a signal for its rule and gives what it earns. The group's instant follows every signal that counts, whether
    /// it brings an award at once or not: else it would depend on the order of arrival.
    /// </summary>
    internal RuleOutcome Keep(
        ScoringModel model, ScoringRule rule, RuleWindow window, KeptSignal signal, ref PointLedger ledger, ref DayCounts days)
    {
        var index = IndexOf(ledger.Arena, rule.Index);
        var place = PlaceOf(index, window, signal);
        if (place < 0)
            return RuleOutcome.TooOld;
        if (!days.Admits(ledger.Arena, rule, signal.At))
            return RuleOutcome.DayFull;
        place = Insert(ledger.Arena, index, window, place, signal);
        ledger.Reach(model, model.Groups[rule.Group], signal.At);
        var kept = SignalsOf(index);
        if (place < kept.Length - 1)
            Restate(model, rule, window, kept, place, ref ledger);
        else if (window.Append(kept) is > 0 and var share)
            ledger.Add(model, rule, share * model.PointsOf(rule, signal.Via), signal.At);
        return RuleOutcome.Counted;
    }

    /// <summary>Has the processor fetch which rules there are.</summary>
    internal readonly void Fetch() => CacheLine.Fetch<WindowState.Head>(_heads.Items);

    internal void Release(ListArena? arena)
    {
        _heads.Release(arena);
        _signals.Release(arena);
    }

    // A new one is empty.
    private int IndexOf(ListArena? arena, int rule)
    {
        var heads = _heads.Items;
        var i = 0;
        while (i < heads.Length && heads[i].Rule < rule)
            i++;
        if (i == heads.Length || heads[i].Rule != rule)
            _heads.Insert(arena, i, new WindowState.Head(rule, Instant.Min, 0));
        return i;
    }

    private readonly int StartOf(int index)
    {
        var start = 0;
        foreach (var head in _heads.Items[..index])
            start += head.Length;
        return start;
    }

    private readonly Span<KeptSignal> SignalsOf(int index) => _signals.Items.Slice(StartOf(index), _heads.Items[index].Length);

    // Where a signal belongs; -1 where it is too old to change anything.
    private readonly int PlaceOf(int index, RuleWindow window, KeptSignal signal)
    {
        if (signal.At <= _heads.Items[index].Settled)
            return -1;
        var kept = SignalsOf(index);
        var place = kept.Length;
        while (place > 0 && kept[place - 1].IsAfter(signal))
            place--;
        return kept.Length == WindowState.Most && place < window.Leaving(kept) ? -1 : place;
    }

    // Puts a signal at its place, where a full list makes room first, and says which place it has then.
    private int Insert(ListArena? arena, int index, RuleWindow window, int place, KeptSignal signal)
    {
        ref var head = ref _heads.Items[index];
        var start = StartOf(index);
        if (head.Length == WindowState.Most)
        {
            var kept = SignalsOf(index);
            var leaving = window.Leaving(kept);
            head = head with { Settled = kept[leaving - 1].At, Length = head.Length - leaving };
            _signals.Remove(start, leaving);
            place -= leaving;
        }

        _signals.Insert(arena, start + place, signal);
        head = head with { Length = head.Length + 1 };
        return place;
    }

    private static void Restate(
        ScoringModel model, ScoringRule rule, RuleWindow window, Span<KeptSignal> kept, int place, ref PointLedger ledger)
    {
        Span<double> changes = stackalloc double[WindowState.Most];
        changes = changes[..kept.Length];
        window.Insert(kept, place, changes);
        var withdrawn = 0u;
        for (var i = 0; i < changes.Length; i++)
        {
            if (changes[i] >= 0)
                continue;
            ledger.Withdraw(model, rule, -changes[i] * model.PointsOf(rule, kept[i].Via), kept[i].At);
            withdrawn++;
        }

        for (var i = 0; i < changes.Length; i++)
        {
            if (changes[i] > 0)
                ledger.Add(model, rule, changes[i] * model.PointsOf(rule, kept[i].Via), kept[i].At);
        }

        if (window.GivesAwards && withdrawn > 0)
            ledger.Recount(rule.Index, withdrawn, NewestAward(kept));
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
