namespace LeadGrains.Scoring;

/// <summary>
/// The stretch of activity that a grain's newest signal belongs to. It began with the grain's first signal, or with the
/// one that ended a time without any as long as the model's `dormant_after`.
/// </summary>
/// <param name="BeganAt">Scoring instant of the signal that began it; <see cref="Instant.Min"/> where that is not known.</param>
/// <param name="DormantSince">The newest signal before it; <see cref="Instant.Min"/> where there was none.</param>
public readonly record struct ActivityRun(Instant BeganAt, Instant DormantSince)
{
    /// <summary>Before the first signal.</summary>
    public static ActivityRun None => new(Instant.Min, Instant.Min);

    /// <summary>The signal that ended a dormant time; null where none has.</summary>
    public Instant? WokeUpAt => DormantSince == Instant.Min ? null : BeganAt;

    /// <summary>The run after one more signal. One that is not newer than the newest so far changes nothing.</summary>
    /// <param name="last">The newest scoring instant so far; <see cref="Instant.Min"/> before the first.</param>
    /// <param name="at">The signal's scoring instant.</param>
    /// <param name="dormantAfter">The model's bound.</param>
    public ActivityRun With(Instant last, Instant at, TimeSpan dormantAfter)
    {
        if (at <= last)
            return this;
        if (last == Instant.Min)
            return new ActivityRun(at, Instant.Min);
        return at - last >= dormantAfter ? new ActivityRun(at, last) : this;
    }
}
