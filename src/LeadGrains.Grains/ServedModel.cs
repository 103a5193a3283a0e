using LeadGrains.Scoring;

namespace LeadGrains.Grains;

/// <summary>A model that grains are scored under.</summary>
/// <param name="Version">The version that it is stored under, from 1; 0 where it is only tried.</param>
/// <param name="Model">The model.</param>
public sealed record ServedModel(uint Version, ScoringModel Model);
