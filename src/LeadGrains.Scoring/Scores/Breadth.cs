namespace LeadGrains.Scoring;

/// <summary>Several interested people of one company say more than one person does as often.</summary>
public static class Breadth
{
    /// <summary>What an account's contacts' points are multiplied by: min(max, 1 + step · max(0, engaged − 1)).</summary>
    /// <param name="model">Gives step and max.</param>
    /// <param name="engaged">The sum of <see cref="EngagedAt"/> over the account's contacts.</param>
    public static double Factor(ScoringModel model, double engaged) =>
        Math.Min(model.BreadthMax, 1 + model.BreadthStep * Math.Max(0, engaged - 1));

    /// <summary>What one contact counts among the engaged, 0 to 1: 2^(−(at − last) / half-life).</summary>
    /// <param name="model">Gives the half-life.</param>
    /// <param name="last">The newest scoring instant of a signal for which a rule gave positive points.</param>
    /// <param name="at">When; before <paramref name="last"/> it counts 1.</param>
    public static double EngagedAt(ScoringModel model, Instant last, Instant at) =>
        Decay.Left(last, at, model.EngagedHalfLife);
}
