using System.Diagnostics;

namespace LeadGrains.Grains.Checkpoints;

/// <summary>
/// Shares a loop's time between its callers and its rows: while callers are served, rows have a tenth of it, in short pieces,
/// so that nobody waits for many of them. The share doubles with each quarter by which the journal tail, and with it the time
/// to recover, outgrows its bound. One thread at a time.
/// </summary>
/// <param name="ticks">A clock that nobody sets, as <see cref="Stopwatch.GetTimestamp"/>.</param>
internal sealed class RowPace(Func<long> ticks)
{
    private const int Share = 10;
    private const int MostDoublings = 5;

    // 50 ms: so long callers count as served, so much of their time may be made up for, and so long is the longest rest.
    private static readonly long Most = Stopwatch.Frequency / 20;

    private long _servedAt = long.MinValue / 2;

    // Rows have had their share up to here: it lies behind where they may go on, ahead where they rest.
    private long _usedUpTo = long.MinValue / 2;
    private long _began;

    /// <summary>How long no rows are to be made, at most 50 ms; zero where they may be, or where nobody is served.</summary>
    public TimeSpan Rest
    {
        get
        {
            var now = ticks();
            return now - _servedAt < Most && _usedUpTo > now ? Stopwatch.GetElapsedTime(now, _usedUpTo) : TimeSpan.Zero;
        }
    }

    /// <summary>How often the share doubles.</summary>
    /// <param name="tail">Length of the journal tail, in entries.</param>
    /// <param name="bound">The length at which a checkpoint begins.</param>
    public static int Doublings(long tail, long bound) => (int)Math.Clamp((tail - bound) * 4 / bound, 0, MostDoublings);

    /// <summary>Callers were served just now.</summary>
    public void NoteServed() => _servedAt = ticks();

    /// <summary>Some rows are begun.</summary>
    public void Begin() => _began = ticks();

    /// <summary>They have been made.</summary>
    public void End(int doublings)
    {
        var now = ticks();
        var due = Math.Max(_usedUpTo, _began - Most) + ((now - _began) * Share >> doublings);
        _usedUpTo = Math.Min(due, now + Most);
    }
}
