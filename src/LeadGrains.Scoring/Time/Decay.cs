namespace LeadGrains.Scoring;

/// <summary>Exponential decay.</summary>
public static class Decay
{
    /// <summary>What is left of 1 after that time: 2^(-elapsed/half-life). Above 1 for a negative time.</summary>
    public static double Factor(long elapsedTicks, HalfLife halfLife) =>
        elapsedTicks == 0 ? 1 : Exp2.Of(-(double)elapsedTicks / halfLife.Ticks);

    /// <summary>What is left at <paramref name="at"/> of 1 stated as of <paramref name="since"/>; 1 if that lies ahead.</summary>
    internal static double Left(Instant since, Instant at, HalfLife halfLife) =>
        at.Ticks <= since.Ticks ? 1 : Factor((at - since).Ticks, halfLife);
}
