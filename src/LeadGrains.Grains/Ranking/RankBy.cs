namespace LeadGrains.Grains.Ranking;

/// <summary>What a ranking sorts by, highest first. The numbers are the API's and part of page tokens.</summary>
public enum RankBy
{
    /// <summary>Fit and intent combined.</summary>
    Total = 1,

    /// <summary>Strength of interest.</summary>
    Intent = 2,

    /// <summary>Match with the ideal customer profile.</summary>
    Fit = 3,

    /// <summary>Gain of the last seven days over the seven before.</summary>
    Velocity = 4,
}
