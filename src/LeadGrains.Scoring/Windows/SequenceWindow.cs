using System.Collections.Immutable;
using System.Text;

namespace LeadGrains.Scoring;

/// <summary>
/// `sequence: [a, b, ...], within: D`: signals of these types, each step after the one before it and the last at most D
/// after the first, give the points at the last one's instant. Greedy: the signals are looked at from the oldest to the
/// newest, and each one of the last step's type takes the newest signal before it that is not used and has the type of
/// the step before, from there the newest of the step before that, and so on to the first. This is the chain that starts
/// as late as possible. If its first signal is at most D before its last, all of it is used up; else nothing is, and the
/// signal may still serve another step. At one instant, a type that the sequence names earlier comes first.
/// </summary>
internal sealed class SequenceWindow : RuleWindow
{
    /// <summary>The most steps that a sequence has.</summary>
    public const int MostSteps = 8;

    private readonly ImmutableArray<byte[]> _types;
    private readonly TimeSpan _within;

    // For each step the first one of the same type, which signals are kept with.
    private readonly byte[] _steps;

    public SequenceWindow(ImmutableArray<string> types, TimeSpan within, string withinText)
    {
        _types = [.. types.Select(Encoding.UTF8.GetBytes)];
        _within = within;
        _steps = [.. types.Select(type => (byte)types.IndexOf(type))];
        Reason = $"{string.Join(", then ", types)}, within {withinText}";
    }

    public override string Reason { get; }

    public override byte StepOf(ReadOnlySpan<byte> signalTypeUtf8)
    {
        byte step = 0;
        while (!signalTypeUtf8.SequenceEqual(_types[step]))
            step++;
        return step;
    }

    public override double Append(Span<KeptSignal> kept)
    {
        Span<int> chain = stackalloc int[MostSteps];
        return Append(kept, chain) ? 1 : 0;
    }

    /// <summary>Beside the oldest signal's award, those go that are woven into it.</summary>
    public override int Leaving(ReadOnlySpan<KeptSignal> kept)
    {
        if (kept[0].Use == SignalUse.Free)
            return 1;
        Span<KeptSignal> again = stackalloc KeptSignal[kept.Length];
        for (var i = 0; i < again.Length; i++)
            again[i] = kept[i] with { Use = SignalUse.Free };
        Span<int> chain = stackalloc int[MostSteps];
        var newest = 0;
        for (var i = 0; !AreFound(kept[..(newest + 1)], again); i++)
        {
            if (Append(again[..(i + 1)], chain) && chain[0] <= newest)
                newest = i;
        }

        return newest + 1;
    }

    // Whether the awards of all these signals have been met again.
    private static bool AreFound(ReadOnlySpan<KeptSignal> kept, ReadOnlySpan<KeptSignal> again)
    {
        for (var i = 0; i < kept.Length; i++)
        {
            if (kept[i].Use != again[i].Use)
                return false;
        }

        return true;
    }

    private bool Append(Span<KeptSignal> kept, Span<int> chain)
    {
        var last = kept[^1];
        if (last.Step != _steps[^1])
            return false;
        var step = _steps.Length - 2;
        for (var i = kept.Length - 2; i >= 0 && step >= 0; i--)
        {
            if (last.At - kept[i].At > _within)
                return false;
            if (kept[i].Use == SignalUse.Free && kept[i].Step == _steps[step])
                chain[step--] = i;
        }

        if (step >= 0)
            return false;
        foreach (var place in chain[..(_steps.Length - 1)])
            kept[place] = kept[place] with { Use = SignalUse.Used };
        kept[^1] = last with { Use = SignalUse.Awarded };
        return true;
    }
}
