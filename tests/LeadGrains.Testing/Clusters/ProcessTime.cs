namespace LeadGrains.Testing;

/// <summary>The time of a process that can be stopped: while it is, it sees none pass, and its timers fire when it goes on.</summary>
internal sealed class ProcessTime(TimeProvider clock, ProcessGate gate) : TimeProvider
{
    private DateTimeOffset _seen = clock.GetUtcNow();
    private long _seenTimestamp = clock.GetTimestamp();

    public override long TimestampFrequency => clock.TimestampFrequency;

    public override TimeZoneInfo LocalTimeZone => clock.LocalTimeZone;

    public override DateTimeOffset GetUtcNow() => gate.IsOpen ? _seen = clock.GetUtcNow() : _seen;

    public override long GetTimestamp() => gate.IsOpen ? _seenTimestamp = clock.GetTimestamp() : _seenTimestamp;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        clock.CreateTimer(given => gate.Do(() => callback(given)), state, dueTime, period);
}
