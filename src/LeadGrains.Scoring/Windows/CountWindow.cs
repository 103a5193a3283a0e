using System.Globalization;

namespace LeadGrains.Scoring;

/// <summary>
/// `count: N, within: D`: each time that N signals, none of them used before, lie within D (the newest at most D after the
/// oldest), the points are given at the newest one's instant and the N are used up.
/// </summary>
internal sealed class CountWindow(int count, TimeSpan within, string withinText) : RuleWindow
{
    public override string Reason { get; } = string.Create(CultureInfo.InvariantCulture, $"each {count} within {withinText}");

    public override double Append(Span<KeptSignal> kept)
    {
        if (kept.Length < count)
            return 0;
        var group = kept[^count..];
        if (group[^1].At - group[0].At > within)
            return 0;
        foreach (var signal in group)
        {
            if (signal.Use != SignalUse.Free)
                return 0;
        }

        foreach (ref var signal in group)
            signal = signal with { Use = SignalUse.Used };
        group[^1] = group[^1] with { Use = SignalUse.Awarded };
        return 1;
    }

    // An award always takes neighbours, so the oldest one's award is the first `count` signals.
    public override int Leaving(ReadOnlySpan<KeptSignal> kept) => kept[0].Use == SignalUse.Free ? 1 : count;
}
