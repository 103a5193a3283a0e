namespace LeadGrains.Scoring;

/// <summary>
/// The instant that a column of decaying sums is stated relative to (forward decay: Cormode, Shkapenyuk, Srivastava,
/// Xu, ICDE 2009). Landmarks lie 32 half-lives apart, so that every partition picks the same one without talking.
/// </summary>
/// <param name="Index">Number of the span of 32 half-lives since 1970-01-01, rounded down.</param>
public readonly record struct Landmark(long Index)
{
    /// <summary>How many half-lives lie between two landmarks.</summary>
    public const int HalfLives = 32;

    /// <summary>The newest landmark that is not after <paramref name="now"/>.</summary>
    public static Landmark At(Instant now, HalfLife halfLife)
    {
        var span = HalfLives * halfLife.Ticks;
        var index = now.Ticks / span;
        return new Landmark(now.Ticks % span < 0 ? index - 1 : index);
    }

    /// <summary>The landmark's instant.</summary>
    public Instant StartOf(HalfLife halfLife) => new(Index * HalfLives * halfLife.Ticks);

    /// <summary>What one point of <paramref name="at"/> weighs in a sum relative to this landmark: 2^((at - start)/half-life).</summary>
    public double WeightOf(Instant at, HalfLife halfLife) => Decay.Factor(-(at - StartOf(halfLife)).Ticks, halfLife);

    /// <summary>What turns a sum relative to this landmark into its worth at <paramref name="query"/>: 2^(-(query - start)/half-life).</summary>
    public double FactorAt(Instant query, HalfLife halfLife) => Decay.Factor((query - StartOf(halfLife)).Ticks, halfLife);

    /// <summary>What restates a sum relative to <paramref name="from"/> as one relative to <paramref name="to"/>; an exact power of two.</summary>
    public static double Rescale(Landmark from, Landmark to) => Exp2.Of(-(double)HalfLives * (to.Index - from.Index));
}
