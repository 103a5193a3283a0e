using System.Security.Cryptography;
using System.Text;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Storage;
using LeadGrains.Grains.Versions;

namespace LeadGrains.Grains.Following;

/// <summary>Gives a model its version, rescores under it, and makes it the active one.</summary>
internal sealed class ModelPublisher(NodeParts parts, Func<LoopGroup> served, Action<LoopGroup> serve, Action<Exception> fault)
{
    /// <summary>What the store is to hold, and what is served then.</summary>
    /// <exception cref="ModelRoomException">The workspace's model needs too much beside those of others.</exception>
    public async Task<PublicationPlan> PlanAsync(ModelPublication publication, CancellationToken cancellationToken)
    {
        var models = await parts.Store.ReadModelsAsync(cancellationToken).ConfigureAwait(false);
        var note = new ActivationNote(publication.PublishedBy, served().Context.Now(), publication.Comment);
        var set = new ModelBook(models).SetAt(served().Context.ModelVersion);
        var workspace = set.IsPlain ? parts.ScopeOf(publication.Workspace) : publication.Workspace;
        return workspace.Length == 0 && set.IsPlain
            ? PlanPlain(publication, models, note)
            : PlanSet(publication, models, note, set);
    }

    // As long as no workspace has a model of its own: a document that was published before has its version.
    private PublicationPlan PlanPlain(ModelPublication publication, IReadOnlyList<StoredModel> models, ActivationNote note)
    {
        var hash = publication.Model.ContentHash;
        var known = models.FirstOrDefault(model => model.ContentHash.Span.SequenceEqual(hash.AsSpan()));
        var active = served().Context.ModelVersion;
        var version = known?.Version ?? NextAfter(models);
        var model = known ?? new StoredModel(version, hash.ToArray(), publication.Model.Yaml, note.By, note.At, note.Comment);
        return PlanOf(publication, models, version == active ? model : model with { Activated = note }, isNew: known is null);
    }

    private PublicationPlan PlanSet(ModelPublication publication, IReadOnlyList<StoredModel> models, ActivationNote note, SetDocument set)
    {
        var active = served().Context.ModelVersion;
        var (workspace, yaml) = (publication.Workspace, publication.Model.Yaml);
        var book = new ModelBook(models);
        var isActive = book.YamlAt(active, workspace) == yaml && (workspace.Length > 0 || book.YamlAt(active, Workspaces.Default) == yaml);
        if (isActive)
            return PlanOf(publication, models, models.First(model => model.Version == active), isNew: false);
        var text = set.With(workspace, yaml, NextAfter(models)).Write();
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(text));
        return PlanOf(publication, models, new StoredModel(NextAfter(models), hash, text, note.By, note.At, note.Comment), isNew: true);
    }

    private PublicationPlan PlanOf(ModelPublication publication, IReadOnlyList<StoredModel> known, StoredModel stored, bool isNew)
    {
        var book = new ModelBook(known.Where(model => model.Version != stored.Version).Append(stored));
        var shown = publication.Workspace.Length == 0 ? Workspaces.Default : publication.Workspace;
        var models = book.ServedAt(stored.Version);
        ModelRoom.Require(models.Set, publication.Workspace);
        return new PublicationPlan(stored, models, isNew, stored.Version == served().Context.ModelVersion, publication.IsSilent)
        {
            Shown = book.Of(shown, stored.Version).First(model => model.Yaml == publication.Model.Yaml),
        };
    }

    private uint NextAfter(IReadOnlyList<StoredModel> models) =>
        Math.Max(served().Context.ModelVersion, models.Select(model => model.Version).DefaultIfEmpty().Max()) + 1;

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
        await switchover.CommitAsync(plan.Stored, plan.IsNew).ConfigureAwait(false);
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
        return new PublishedModel(plan.Shown, IsChanged: true, follower.Progress().EntriesReplayed, parts.Clock.GetElapsedTime(began), pause);
    }
}

/// <param name="Stored">What the store keeps: the models of all workspaces, with their version.</param>
/// <param name="Served">The same, ready for use.</param>
/// <param name="IsNew">The store does not have it.</param>
/// <param name="IsActive">It is the active one already.</param>
/// <param name="IsSilent">What it makes due is not announced.</param>
internal sealed record PublicationPlan(StoredModel Stored, ServedModels Served, bool IsNew, bool IsActive, bool IsSilent)
{
    /// <summary>The model as the workspace sees it that publishes it.</summary>
    public required StoredModel Shown { get; init; }
}
