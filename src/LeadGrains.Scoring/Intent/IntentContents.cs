namespace LeadGrains.Scoring;

/// <summary>All that a grain's decaying points consist of, for storing, in the order that it was given out.</summary>
public readonly ref struct IntentContents
{
    /// <summary>By group.</summary>
    public ReadOnlySpan<GroupIntent> Groups { get; init; }

    /// <summary>By rule.</summary>
    public ReadOnlySpan<RuleIntent> Rules { get; init; }

    /// <summary>By rule and day.</summary>
    public ReadOnlySpan<DayCount> DayCounts { get; init; }

    /// <summary>By rule and object.</summary>
    public ReadOnlySpan<ObjectCount> ObjectCounts { get; init; }

    /// <summary>By windowed rule.</summary>
    public WindowStates Windows { get; init; }

    /// <summary>By rule with `latest`.</summary>
    public ReadOnlySpan<LatestSignal> Latest { get; init; }

    /// <summary>By rule and limit.</summary>
    public ReadOnlySpan<HeldCount> Held { get; init; }

    /// <summary>What machines sent.</summary>
    public MachineCounts Machines { get; init; }

    /// <summary>What bursts watch.</summary>
    public BurstWatch Watch { get; init; }

    /// <summary>
    /// The newest scoring instant of a signal for which a rule gave positive points, of those that <see cref="Watch"/> does
    /// not hold; the least instant where there is none.
    /// </summary>
    public Instant SettledEngagement { get; init; } = Instant.Min;

    /// <summary>By day.</summary>
    public Velocity Velocity { get; init; }

    /// <summary>Nothing has been counted.</summary>
    public IntentContents()
    {
    }
}
