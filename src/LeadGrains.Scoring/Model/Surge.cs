namespace LeadGrains.Scoring;

/// <summary>When an account gains far more points than before.</summary>
/// <param name="Points">The last seven UTC days bring at least so many.</param>
/// <param name="Ratio">They bring at least so many times what the seven days before them brought.</param>
public sealed record Surge(double Points, double Ratio)
{
    /// <summary>Whether these points, undecayed, are a surge.</summary>
    /// <param name="gained">Of the last seven UTC days.</param>
    /// <param name="before">Of the seven days before them.</param>
    public bool IsReached(double gained, double before) => gained >= Points && gained >= Ratio * before;
}
