namespace LeadGrains.Scoring;

/// <summary>
/// When a grain's stage must be evaluated again. Good while no signal with negative points, no withdrawal and no change
/// of fit or role touches the grain: after one of these, take a new guard.
/// </summary>
/// <param name="CheckPoints">The lowest intent points that could enter a higher stage; infinite if none can.</param>
/// <param name="CheckAt">The earliest instant at which time alone could change the stage; <see cref="Instant.Max"/> if never.</param>
public readonly record struct StageGuard(double CheckPoints, Instant CheckAt);
