using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Requests;
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
        return view is null || !view.Model.ContentHash.AsSpan().SequenceEqual(node.ModelOf(key.Workspace).ContentHash.AsSpan());
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
        if (activated.ModelVersion == node.ModelVersion)
            return Viewpoint.Of(node, grain.Key.Workspace, at);
        var models = await node.Parts.Store.ReadModelsAsync(cancellationToken).ConfigureAwait(false);
        var then = new ModelBook(models).ServedAt(activated.ModelVersion, grain.Key.Workspace);
        return new Viewpoint(then.Model, then.Version, at);
    }
}
