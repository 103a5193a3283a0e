namespace LeadGrains.Scoring;

/// <summary>
/// When a grain's stage and thresholds must be evaluated again: once its points reach <paramref name="CheckPoints"/> or the time
/// <paramref name="CheckAt"/>. Good while the grain's sums and engaged contacts only rise. After a signal with negative
/// points, a withdrawal, or a change of fit, role, stage or threshold, take a new guard.
/// </summary>
/// <param name="CheckPoints">
/// The lowest intent points that could enter a higher stage or reach a threshold, at once or as negative points fade;
/// infinite if none can.
/// </param>
/// <param name="CheckAt">The earliest instant at which time alone could change the stage or leave a threshold; <see cref="Instant.Max"/> if never.</param>
public readonly record struct StageGuard(double CheckPoints, Instant CheckAt);
