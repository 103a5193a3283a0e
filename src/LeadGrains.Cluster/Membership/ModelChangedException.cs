namespace LeadGrains.Cluster.Membership;

/// <summary>Another node has published a model: this one has to begin anew under it before it takes partitions.</summary>
/// <param name="served">The version that this node scores under.</param>
/// <param name="active">The version that is active.</param>
public sealed class ModelChangedException(uint served, uint active)
    : Exception($"Model version {active} is active, and this node scores under version {served}.");
