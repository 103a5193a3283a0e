using System.Runtime.InteropServices;

namespace LeadGrains.Scoring;

/// <summary>
/// The newest signals of a grain that matched one windowed rule. A full list lets its oldest go, together with those of
/// an award that uses it; what they earned stays, and a signal at or before them counts no more.
/// </summary>
public readonly ref struct WindowState
{
    /// <summary>The most signals that are kept for a rule.</summary>
    public const int Most = 64;

    internal WindowState(Head head, ReadOnlySpan<KeptSignal> signals)
    {
        Rule = head.Rule;
        Settled = head.Settled;
        Signals = signals;
    }

    /// <summary>The rule's place in the model.</summary>
    public int Rule { get; }

    /// <summary>The newest instant of those that left.</summary>
    public Instant Settled { get; }

    /// <summary>Oldest first, at one instant by step, then by channel; good until the next signal.</summary>
    public ReadOnlySpan<KeptSignal> Signals { get; }

    /// <summary>What is kept beside the signals.</summary>
    /// <param name="Rule">As <see cref="WindowState.Rule"/>.</param>
    /// <param name="Settled">As <see cref="WindowState.Settled"/>.</param>
    /// <param name="Length">How many signals there are.</param>
    [StructLayout(LayoutKind.Auto)]
    internal readonly record struct Head(int Rule, Instant Settled, int Length);
}
