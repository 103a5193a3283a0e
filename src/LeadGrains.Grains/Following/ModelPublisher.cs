using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Storage;

namespace LeadGrains.Grains.Following;

/// <summary>Gives a model its version, rescores under it, and makes it the active one.</summary>
internal sealed class ModelPublisher(NodeParts parts, Func<LoopGroup> served, Action<LoopGroup> serve, Action<Exception> fault)
{
    /// <summary>A document that was published before has its version; any other gets the next one.</summary>
    public async Task<PublicationPlan> PlanAsync(ModelPublication publication, CancellationToken cancellationToken)
    {
        var models = await parts.Store.ReadModelsAsync(cancellationToken).ConfigureAwait(false);
        var hash = publication.Model.ContentHash;
        var known = models.FirstOrDefault(model => model.ContentHash.Span.SequenceEqual(hash.AsSpan()));
        var active = served().Context.ModelVersion;
        var version = known?.Version ?? Math.Max(active, models.Select(model => model.Version).DefaultIfEmpty().Max()) + 1;
        var note = new ActivationNote(publication.PublishedBy, served().Context.Now(), publication.Comment);
        var model = known ?? new StoredModel(version, hash.ToArray(), publication.Model.Yaml, note.By, note.At, note.Comment);
        if (version != active)
            model = model with { Activated = note };
        return new PublicationPlan(model, IsNew: known is null, IsActive: version == active, publication.IsSilent);
    }

    /// <summary>Rescores, and hands over.</summary>
    public async Task<PublishedModel> PublishAsync(
        PublicationPlan plan, Follower follower, Action<RescoreProgress> progress, CancellationToken cancellationToken)
    {
        var began = parts.Clock.GetTimestamp();
        await follower.CatchUpAsync(progress, cancellationToken).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        var former = served();
        var paused = parts.Clock.GetTimestamp();
        var switchover = new Switchover(parts, former, follower);
        await switchover.CommitAsync(plan.Model, plan.IsNew).ConfigureAwait(false);
        try
        {
            await switchover.HandOverAsync(plan.IsSilent, serve).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            // The store says that the other model is active: a restart goes on with it, whole. Until then nobody serves.
            follower.Keep();
            fault(failure);
            await Task.Run(former.Abort, CancellationToken.None).ConfigureAwait(false);
            await Task.Run(follower.Loops.Abort, CancellationToken.None).ConfigureAwait(false);
            throw;
        }

        var pause = parts.Clock.GetElapsedTime(paused);
        progress(follower.Progress());
        await former.GiveWayAsync().ConfigureAwait(false);
        former.Dispose();
        parts.Drops.Add(former.Context.Store);
        return new PublishedModel(plan.Model, IsChanged: true, follower.Progress().EntriesReplayed, parts.Clock.GetElapsedTime(began), pause);
    }
}

/// <param name="Model">The model with its version.</param>
/// <param name="IsNew">The store does not have it.</param>
/// <param name="IsActive">It is the active one already.</param>
/// <param name="IsSilent">What it makes due is not announced.</param>
internal sealed record PublicationPlan(StoredModel Model, bool IsNew, bool IsActive, bool IsSilent);
