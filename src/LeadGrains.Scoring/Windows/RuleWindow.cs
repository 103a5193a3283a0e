namespace LeadGrains.Scoring;

/// <summary>
/// What a rule with `within` makes of the signals that it keeps, oldest first: the share of its points that each of them
/// earns. The shares are a pure function of the list, and each depends on the signals before it alone. So a signal that
/// comes in order earns its own share and changes no other; for one that comes late, shares before and after are compared.
/// </summary>
internal abstract class RuleWindow
{
    /// <summary>When it gives points, for people.</summary>
    public abstract string Reason { get; }

    /// <summary>Whether signals are used up by awards, which are given or withdrawn whole.</summary>
    public virtual bool GivesAwards => true;

    /// <summary>The first step of a signal's type; 0 where the rule has no steps.</summary>
    public virtual byte StepOf(ReadOnlySpan<byte> signalTypeUtf8) => 0;

    /// <summary>The share of the newest signal kept. Marks it, and those that it uses up.</summary>
    public abstract double Append(Span<KeptSignal> kept);

    /// <summary>What each share changes by, now that the signal at that place has come. Marks all anew.</summary>
    /// <param name="kept">All signals, the new one included.</param>
    /// <param name="place">The place of the new one.</param>
    /// <param name="changes">One for each signal; overwritten.</param>
    public virtual void Insert(Span<KeptSignal> kept, int place, Span<double> changes)
    {
        for (var i = 0; i < kept.Length; i++)
        {
            changes[i] = kept[i].Use == SignalUse.Awarded ? -1 : 0;
            kept[i] = kept[i] with { Use = SignalUse.Free };
        }

        for (var i = 0; i < kept.Length; i++)
            changes[i] += Append(kept[..(i + 1)]);
    }

    /// <summary>How many of the oldest leave a full list together, so that what they were used for stays as it is.</summary>
    public abstract int Leaving(ReadOnlySpan<KeptSignal> kept);
}
