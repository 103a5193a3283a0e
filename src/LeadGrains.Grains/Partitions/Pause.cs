namespace LeadGrains.Grains.Partitions;

/// <summary>
/// A while that has to pass before something is done. By timestamps, since the receiving clock stands still after somebody has
/// set the machine's back, and nobody is to wait for that.
/// </summary>
internal struct Pause(TimeProvider clock)
{
    private long _from;
    private TimeSpan _length;

    /// <summary>It has passed, or was never begun.</summary>
    public readonly bool IsOver => _length == TimeSpan.Zero || clock.GetElapsedTime(_from) >= _length;

    /// <summary>It has been begun, and passed or not.</summary>
    public readonly bool IsBegun => _length > TimeSpan.Zero;

    public void Begin(TimeSpan length) => (_from, _length) = (clock.GetTimestamp(), length);

    public void End() => _length = TimeSpan.Zero;
}
