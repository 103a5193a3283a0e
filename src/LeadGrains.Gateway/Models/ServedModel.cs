using LeadGrains.Scoring;

namespace LeadGrains.Gateway.Models;

/// <summary>The active model and the version it is stored under.</summary>
public sealed record ServedModel(uint Version, ScoringModel Model);
