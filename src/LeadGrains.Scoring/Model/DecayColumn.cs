namespace LeadGrains.Scoring;

/// <summary>
/// Groups that fade alike add up to one decaying sum, so a ranking holds one number for each of these, not for each group.
/// </summary>
/// <param name="HalfLife">Of all its groups.</param>
/// <param name="CanBeNegative">Some group has a rule with negative points, or a floor. Kept apart, since an upper bound leaves these out.</param>
public sealed record DecayColumn(HalfLife HalfLife, bool CanBeNegative);
