namespace LeadGrains.Scoring;

/// <summary>
/// The newest signals of a grain that matched one windowed rule. A full list lets its oldest go, together with those of
/// an award that uses it; what they earned stays, and a signal at or before them counts no more.
/// </summary>
public sealed class WindowState
{
    /// <summary>The most signals that are kept for a rule.</summary>
    public const int Most = 64;

    private ArenaList<KeptSignal> _signals;

    internal WindowState(int rule) => Rule = rule;

    /// <summary>The rule's place in the model.</summary>
    public int Rule { get; }

    /// <summary>The newest instant of those that left.</summary>
    public Instant Settled { get; private set; } = Instant.Min;

    /// <summary>Oldest first, at one instant by step, then by channel; good until the next signal.</summary>
    public ReadOnlySpan<KeptSignal> Signals => _signals.Items;

    /// <summary>The signals, to be marked.</summary>
    internal Span<KeptSignal> Marks => _signals.Items;

    /// <summary>What was stored before; its list lies in the arena, or in none.</summary>
    /// <exception cref="ArgumentException">There are more than <see cref="Most"/>.</exception>
    public static WindowState Restore(ListArena? arena, int rule, Instant settled, ReadOnlySpan<KeptSignal> signals)
    {
        if (signals.Length > Most)
            throw new ArgumentException($"At most {Most} signals are kept.", nameof(signals));
        return new WindowState(rule) { Settled = settled, _signals = new(arena, signals) };
    }

    /// <summary>Where a signal belongs, as <see cref="Insert"/> takes it; -1 where it is too old to change anything.</summary>
    internal int PlaceOf(RuleWindow window, KeptSignal signal)
    {
        if (signal.At <= Settled)
            return -1;
        var signals = Signals;
        var place = signals.Length;
        while (place > 0 && signals[place - 1].IsAfter(signal))
            place--;
        return signals.Length == Most && place < window.Leaving(Signals) ? -1 : place;
    }

    /// <summary>Puts a signal at its place, where a full list makes room first.</summary>
    /// <returns>The place that it has then.</returns>
    internal int Insert(ListArena? arena, RuleWindow window, int place, KeptSignal signal)
    {
        if (_signals.Length == Most)
        {
            var leaving = window.Leaving(Signals);
            Settled = Signals[leaving - 1].At;
            _signals.Remove(0, leaving);
            place -= leaving;
        }

        _signals.Insert(arena, place, signal);
        return place;
    }

    internal void Release(ListArena? arena) => _signals.Release(arena);
}
