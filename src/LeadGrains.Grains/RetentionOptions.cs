namespace LeadGrains.Grains;

/// <summary>How long signals are kept. Nothing is let go of by default.</summary>
public sealed record RetentionOptions
{
    /// <summary>Signals that were received longer ago are removed; null keeps all.</summary>
    public TimeSpan? Signals { get; init; }

    /// <summary>When the first run comes, after a start.</summary>
    public TimeSpan FirstAfter { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>From the end of a run to the next one.</summary>
    public TimeSpan Every { get; init; } = TimeSpan.FromDays(1);

    /// <summary>Whether anything is let go of.</summary>
    public bool IsOn => Signals is not null;
}
