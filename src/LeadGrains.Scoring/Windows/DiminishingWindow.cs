using System.Globalization;

namespace LeadGrains.Scoring;

/// <summary>
/// `diminishing: F, within: D`: a signal with k - 1 kept ones before it, none more than D before, is worth the share
/// F^(k-1) of the points. Nothing is used up.
/// </summary>
internal sealed class DiminishingWindow : RuleWindow
{
    private readonly TimeSpan _within;
    private readonly double[] _shares = new double[WindowState.Most];

    public DiminishingWindow(double factor, TimeSpan within, string withinText)
    {
        _within = within;
        _shares[0] = 1;
        for (var i = 1; i < _shares.Length; i++)
            _shares[i] = _shares[i - 1] * factor;
        Reason = string.Create(CultureInfo.InvariantCulture, $"each repeat within {withinText} worth {factor} of the one before");
    }

    public override string Reason { get; }

    public override bool GivesAwards => false;

    public override double Append(Span<KeptSignal> kept) => _shares[Before(kept, kept.Length - 1)];

    public override void Insert(Span<KeptSignal> kept, int place, Span<double> changes)
    {
        changes[..kept.Length].Clear();
        changes[place] = _shares[Before(kept, place)];
        for (var i = place + 1; i < kept.Length && kept[i].At - kept[place].At <= _within; i++)
        {
            var before = Before(kept, i);
            changes[i] = _shares[before] - _shares[before - 1];
        }
    }

    public override int Leaving(ReadOnlySpan<KeptSignal> kept) => 1;

    private int Before(ReadOnlySpan<KeptSignal> kept, int place)
    {
        var first = place;
        while (first > 0 && kept[place].At - kept[first - 1].At <= _within)
            first--;
        return place - first;
    }
}
