using LeadGrains.Grains.Storage;
using LeadGrains.Scoring;

namespace LeadGrains.Grains;

/// <summary>A model that is to become the active one.</summary>
/// <param name="Model">The model. One that the workspace was scored by before gets its version of then.</param>
/// <param name="PublishedBy">Who publishes, for the list of models.</param>
/// <param name="Comment">Why, for the list of models.</param>
/// <param name="IsSilent">Stages that the model makes due are changed without telling those who watch.</param>
public sealed record ModelPublication(ScoringModel Model, string PublishedBy, string Comment, bool IsSilent)
{
    /// <summary>
    /// Whose model it becomes. Empty for that of all workspaces that have none of their own, and of the workspace "default":
    /// what whoever runs the server gives it.
    /// </summary>
    public string Workspace { get; init; } = "";
}

/// <summary>A model has become the active one, or was it already.</summary>
/// <param name="Model">The active model, as the workspace that published it sees it.</param>
/// <param name="IsChanged">False where it was active already, and nothing was done.</param>
/// <param name="Entries">Journal entries that were applied under it.</param>
/// <param name="Elapsed">From the first entry until it served.</param>
/// <param name="Pause">How long callers were kept waiting at the end of it.</param>
public sealed record PublishedModel(StoredModel Model, bool IsChanged, long Entries, TimeSpan Elapsed, TimeSpan Pause);
