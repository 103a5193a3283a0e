namespace LeadGrains.Grains.Ranking;

/// <summary>A row's figures at one instant. The same bits whether a scan or a single look-up made them.</summary>
/// <param name="Fit">0 to 100.</param>
/// <param name="IntentPoints">Decayed points.</param>
/// <param name="Intent">0 to 100.</param>
/// <param name="Total">0 to 100.</param>
/// <param name="Engaged">Contacts with recent intent; 0 for contacts.</param>
/// <param name="Velocity">Points of the last seven UTC days less those of the seven before.</param>
/// <param name="Grade">Such as "A1".</param>
/// <param name="Stage">The shown stage's name.</param>
internal readonly record struct RankScore(
    double Fit, double IntentPoints, double Intent, double Total, double Engaged, double Velocity, string Grade, string Stage)
{
    /// <summary>It had a signal, and none for as long as the model says.</summary>
    public bool IsDormant { get; init; }

    /// <summary>An account that gains far more points than in the days before.</summary>
    public bool IsSurging { get; init; }
}
