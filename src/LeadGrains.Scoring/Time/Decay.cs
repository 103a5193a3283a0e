namespace LeadGrains.Scoring;

/// <summary>Exponential decay.</summary>
public static class Decay
{
    /// <summary>
    /// What is left of 1 after that time: 2^(-elapsed/half-life). Above 1 for a negative time. Times that differ by
    /// whole half-lives give the same bits but for the exponent, so that restating sums by powers of two loses nothing.
    /// </summary>
    public static double Factor(long elapsedTicks, HalfLife halfLife)
    {
        if (elapsedTicks == 0)
            return 1;
        var length = halfLife.Ticks;
        var (whole, rest) = Math.DivRem(-elapsedTicks, length);
        if (rest * 2 >= length)
            (whole, rest) = (whole + 1, rest - length);
        else if (rest * 2 < -length)
            (whole, rest) = (whole - 1, rest + length);
        return Exp2.Of(whole, (double)rest / length);
    }

    /// <summary>What is left at <paramref name="at"/> of 1 stated as of <paramref name="since"/>; 1 if that lies ahead.</summary>
    internal static double Left(Instant since, Instant at, HalfLife halfLife) =>
        at.Ticks <= since.Ticks ? 1 : Factor((at - since).Ticks, halfLife);
}
