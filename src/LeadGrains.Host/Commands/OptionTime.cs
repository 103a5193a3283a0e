namespace LeadGrains.Host.Commands;

/// <summary>A time span that an option takes: it shows itself as it is typed, such as 5s, in help and documents, too.</summary>
internal readonly record struct OptionTime(TimeSpan Value)
{
    public static implicit operator TimeSpan(OptionTime time) => time.Value;

    public override string ToString() => FormattableString.Invariant(Value.Ticks switch
    {
        var ticks when ticks % TimeSpan.TicksPerHour == 0 => $"{Value.TotalHours:0}h",
        var ticks when ticks % TimeSpan.TicksPerMinute == 0 => $"{Value.TotalMinutes:0}m",
        var ticks when ticks % TimeSpan.TicksPerSecond == 0 => $"{Value.TotalSeconds:0}s",
        _ => $"{Value.TotalMilliseconds}ms",
    });
}
