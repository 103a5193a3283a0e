namespace LeadGrains.Grains.Partitions;

/// <summary>How fast a loop works through what waits for it, by its latest turns. Written by its thread, read by any.</summary>
/// <param name="clock">Measures how long turns take.</param>
internal sealed class LoopPace(TimeProvider clock)
{
    private const double Newest = 0.3;
    private const double MostSeconds = 60;

    private long _ended;
    private double _perSecond;
    private double _commitSeconds;
    private int _underWay;

    /// <summary>A turn is taken.</summary>
    /// <param name="weight">Its signals and items.</param>
    /// <returns>What <see cref="End"/> wants.</returns>
    public long Begin(int weight)
    {
        Volatile.Write(ref _underWay, _underWay + weight);
        return clock.GetTimestamp();
    }

    /// <summary>The turn has been applied.</summary>
    /// <param name="began">When it was taken.</param>
    /// <param name="weight">Its signals and items.</param>
    /// <param name="commit">How long the journal took for it.</param>
    public void End(long began, int weight, TimeSpan commit)
    {
        Volatile.Write(ref _underWay, _underWay - weight);
        var now = clock.GetTimestamp();

        // Two turns overlap: only from the end of the one before has the loop had time for this one alone.
        var busy = clock.GetElapsedTime(Math.Max(began, _ended), now).TotalSeconds;
        _ended = now;
        if (weight == 0 || busy <= 0)
            return;
        Volatile.Write(ref _perSecond, Blend(_perSecond, weight / busy));
        Volatile.Write(ref _commitSeconds, Blend(_commitSeconds, commit.TotalSeconds));
    }

    /// <summary>
    /// How long what comes now waits for its answer, with what waits before it and the turns under way, beyond the two commits
    /// that it waits for where there is hardly any work, however slow the disk.
    /// </summary>
    public TimeSpan DelayOf(int waiting)
    {
        var perSecond = Volatile.Read(ref _perSecond);
        if (perSecond <= 0)
            return TimeSpan.Zero;
        var work = (waiting + Volatile.Read(ref _underWay)) / perSecond;
        return TimeSpan.FromSeconds(Math.Clamp(work - (2 * Volatile.Read(ref _commitSeconds)), 0, MostSeconds));
    }

    private static double Blend(double before, double now) => before <= 0 ? now : before + (Newest * (now - before));
}
