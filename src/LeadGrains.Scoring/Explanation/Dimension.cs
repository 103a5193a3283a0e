namespace LeadGrains.Scoring;

/// <summary>What a part of an explanation adds to. The numbers are the API's.</summary>
public enum Dimension
{
    /// <summary>Nothing; never given out.</summary>
    None = 0,

    /// <summary>The fit.</summary>
    Fit = 1,

    /// <summary>The intent points.</summary>
    Intent = 2,
}
