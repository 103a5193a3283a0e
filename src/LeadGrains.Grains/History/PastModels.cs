using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Requests;
using LeadGrains.Journal.V1;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.History;

/// <summary>Which model a grain of the past is looked at under.</summary>
internal sealed class PastModels(NodeContext node, HistoryEnds ends)
{
    /// <summary>Whether the grain is to be looked at under another model than the active one, or under none.</summary>
    public async Task<bool> IsOtherAsync(GrainKey key, Instant? at, ExplainedModel which, CancellationToken cancellationToken)
    {
        if (which == ExplainedModel.Active || at is not { } then)
            return false;
        var end = await ends.FindAsync(key, cancellationToken).ConfigureAwait(false);
        var view = await ViewAsync(end, then, which, cancellationToken).ConfigureAwait(false);
        return view?.ModelVersion != node.ModelVersion;
    }

    /// <summary>
    /// The active model, or the one that was active in the grain's partition at the instant; null where there was none
    /// yet, and so no grain either.
    /// </summary>
    public async Task<Viewpoint?> ViewAsync(HistoryEnd grain, Instant at, ExplainedModel which, CancellationToken cancellationToken)
    {
        if (which == ExplainedModel.Active || grain.ModelSequence == 0)
            return Viewpoint.Of(node, grain.Key.Workspace, at);
        var activated = node.History.NewestFirst(grain.Partition, grain.ModelSequence, cancellationToken)
            .Where(entry => entry.View.ReceivedAt <= at)
            .Select(entry => entry.View.Parse().ModelActivated)
            .FirstOrDefault();
        if (activated is null)
            return null;
        return activated.ModelVersion == node.ModelVersion
            ? Viewpoint.Of(node, grain.Key.Workspace, at)
            : new Viewpoint(await ReadAsync(activated, cancellationToken).ConfigureAwait(false), activated.ModelVersion, at);
    }

    private async Task<ScoringModel> ReadAsync(ModelActivated activated, CancellationToken cancellationToken)
    {
        var models = await node.Parts.Store.ReadModelsAsync(cancellationToken).ConfigureAwait(false);
        var stored = models.FirstOrDefault(model => model.Version == activated.ModelVersion)
            ?? throw new InvalidDataException($"The journal names model version {activated.ModelVersion}, and the store does not have it.");
        var read = ModelReader.Read(stored.Yaml);
        return read.Model
            ?? throw new InvalidDataException($"Model version {activated.ModelVersion} cannot be read any more: {read.Problems[0]}");
    }
}
