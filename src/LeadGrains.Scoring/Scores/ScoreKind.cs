namespace LeadGrains.Scoring;

/// <summary>Which of a grain's scores, each 0 to 100.</summary>
public enum ScoreKind
{
    /// <summary>How well it matches the customers that are wanted.</summary>
    Fit,

    /// <summary>How much interest it shows.</summary>
    Intent,

    /// <summary>Both, weighted.</summary>
    Total,
}
