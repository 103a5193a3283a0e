using LeadGrains.Grains.Partitions;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Requests;

/// <summary>From where a grain is looked at.</summary>
/// <param name="Model">What it was scored under.</param>
/// <param name="ModelVersion">The model's version, as the workspace counts.</param>
/// <param name="At">The instant that the figures are for.</param>
internal sealed record Viewpoint(ScoringModel Model, uint ModelVersion, Instant At)
{
    /// <summary>Under the workspace's active model; a null instant means now.</summary>
    public static Viewpoint Of(NodeContext node, string workspace, Instant? at) =>
        new(node.ModelOf(workspace), node.Served.VersionOf(workspace), at ?? node.Now());
}
