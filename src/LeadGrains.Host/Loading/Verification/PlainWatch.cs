using LeadGrains.Host.Loading.Traffic;

namespace LeadGrains.Host.Loading.Verification;

/// <summary>One grain's signals of types that bursts watch, and what those of people gave.</summary>
internal sealed class PlainWatch
{
    private readonly List<PlainWatched> _signals = [];

    /// <summary>The server keeps the newest so many; what it makes of more is not followed.</summary>
    public bool IsBeyond => _signals.Count > PlainWindow.Most;

    /// <summary>The newest instant of a person's signal that brought points.</summary>
    public long? EngagedTicks => _signals.Where(signal => signal is { IsMachine: false, Engages: true }).Max(signal => (long?)signal.Ticks);

    public void Clear() => _signals.Clear();

    /// <summary>Adds a signal; those that are a machine's, now that it is there, are told and marked.</summary>
    public (PlainWatched Added, IReadOnlyList<PlainWatched> Revealed) Add(PlainMachines machines, long ticks, bool isScanner)
    {
        var added = new PlainWatched(ticks) { IsMachine = isScanner };
        _signals.Add(added);
        List<PlainWatched> burst = [.. _signals.Where(signal => IsInBurst(machines, signal.Ticks))];
        List<PlainWatched> revealed = [.. burst.Where(signal => !signal.IsMachine && signal != added)];
        foreach (var signal in burst)
        {
            signal.IsMachine = true;
        }

        return (added, revealed);
    }

    // Some span of the time begins at a signal, holds the instant, and holds enough signals.
    private bool IsInBurst(PlainMachines machines, long ticks) => _signals.Exists(first =>
        first.Ticks <= ticks && ticks - first.Ticks <= machines.WithinTicks
        && _signals.Count(other => other.Ticks >= first.Ticks && other.Ticks - first.Ticks <= machines.WithinTicks) >= machines.Count);
}

/// <summary>A signal of a type that bursts watch.</summary>
internal sealed class PlainWatched(long ticks)
{
    public long Ticks { get; } = ticks;

    public bool IsMachine { get; set; }

    public bool Engages { get; set; }

    /// <summary>What rules gave for it, undecayed, and the objects that it counted for.</summary>
    public List<(int Rule, double Points, string? About)> Gifts { get; } = [];
}
