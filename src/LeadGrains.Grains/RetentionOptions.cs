namespace LeadGrains.Grains;

/// <summary>How long signals and people are kept. Nothing is let go of by default.</summary>
public sealed record RetentionOptions
{
    /// <summary>Signals that were received longer ago are removed; null keeps all.</summary>
    public TimeSpan? Signals { get; init; }

    /// <summary>People of whom nothing was heard for longer are let go of; null keeps all.</summary>
    public TimeSpan? Contacts { get; init; }

    /// <summary>When the first run comes, after a start.</summary>
    public TimeSpan FirstAfter { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>From the end of a run to the next one.</summary>
    public TimeSpan Every { get; init; } = TimeSpan.FromDays(1);

    /// <summary>Whether anything is let go of.</summary>
    public bool IsOn => Signals is not null || Contacts is not null;
}
