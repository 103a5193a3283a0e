using System.Collections.Concurrent;
using LeadGrains.Grains.Following;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Ranking;
using LeadGrains.Scoring;

namespace LeadGrains.Grains;

/// <summary>
/// What is done with models while grains are served: publish, preview, shadow. One model at a time is built up, and
/// workspaces take turns: each waits for those that asked before it, and cannot ask twice. A shadow that has been built
/// stays beside the active model. Safe for many threads.
/// </summary>
public sealed class ModelDesk : IDisposable
{
    private readonly NodeParts _parts;
    private readonly Func<LoopGroup> _served;
    private readonly ModelPublisher _publisher;
    private readonly CancellationTokenSource _stopping = new();
    private readonly SharedShadow _shadow = new();

    // Those whose model is built up, or waits for its turn.
    private readonly ConcurrentDictionary<string, bool> _asking = new(StringComparer.Ordinal);
    private volatile Follower? _underWay;
    private volatile string? _shadowUnderWay;
    private volatile CancellationTokenSource _givingUp = new();

    internal ModelDesk(NodeParts parts, Func<LoopGroup> served, Action<LoopGroup> serve, Action<Exception> fault)
    {
        _parts = parts;
        _parts.Shadow = () => _shadow.Follower;
        _served = served;
        _publisher = new ModelPublisher(parts, served, serve, fault);
    }

    /// <summary>A workspace's shadow model; null where it has none, or where it has failed.</summary>
    public ServedModel? ShadowOf(string workspace) => _shadow.ModelOf(workspace);

    /// <summary>A model is being built up, for which all partitions have to stay.</summary>
    public bool IsBuilding => _parts.Building.CurrentCount == 0;

    internal GrainReaders ShadowReadersOf(string workspace) => ShadowOrThrow(workspace).Readers;

    /// <summary>
    /// Has somebody told, on any thread, of what failed without anybody waiting for it: a shadow that could not follow,
    /// rows that could not be removed.
    /// </summary>
    public void WatchFailures(Action<UnseenFailure> told) => _parts.Failures.Watch(told);

    /// <summary>
    /// Makes a model the active one and rescores every grain from the journal. Until the store's step at the end it can
    /// be given up, and nothing has changed then; from there on it is finished whatever happens.
    /// </summary>
    /// <param name="publication">What to publish, and how.</param>
    /// <param name="progress">Told now and then.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ModelBusyException">Another model of the workspace is being published or built up.</exception>
    /// <exception cref="ModelRoomException">A workspace's model needs too much beside those of others.</exception>
    /// <exception cref="PartitionsElsewhereException">Other nodes drive partitions, or are about to.</exception>
    public Task<PublishedModel> PublishAsync(
        ModelPublication publication, Action<RescoreProgress> progress, CancellationToken cancellationToken) => BuildAsync(
        publication.Workspace.Length == 0 ? Workspaces.Default : publication.Workspace,
        async cancel =>
        {
            var plan = await _publisher.PlanAsync(publication, cancel).ConfigureAwait(false);
            if (plan.IsActive)
                return new PublishedModel(plan.Shown, IsChanged: false, 0, TimeSpan.Zero, TimeSpan.Zero);
            await using var follower = await BeginAsync(plan.Served, cancel).ConfigureAwait(false);
            return await _publisher.PublishAsync(plan, follower, progress, cancel).ConfigureAwait(false);
        },
        cancellationToken);

    /// <summary>What publishing the model would change. Changes nothing.</summary>
    /// <param name="workspace">Whose grains.</param>
    /// <param name="model">The model.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ModelBusyException">Another model of the workspace is being published or built up.</exception>
    /// <exception cref="ModelRoomException">A workspace's model needs too much beside those of others.</exception>
    /// <exception cref="PartitionsElsewhereException">Other nodes drive partitions, or are about to.</exception>
    public Task<ModelDifference> PreviewAsync(string workspace, ScoringModel model, CancellationToken cancellationToken) => BuildAsync(
        workspace,
        async cancel =>
        {
            await using var follower = await BeginAsync(With(_served().Context.Served, workspace, new ServedModel(0, model)), cancel).ConfigureAwait(false);
            await follower.CatchUpAsync(static _ => { }, cancel).ConfigureAwait(false);
            await follower.KeepUpAsync(cancel).ConfigureAwait(false);
            return await CompareAsync(follower.Loops, workspace, RankFilter.None, RankFilter.None, cancel).ConfigureAwait(false);
        },
        cancellationToken);

    /// <summary>Scores a workspace by a second model, too, from here on. A shadow that it had goes; those of others stay.</summary>
    /// <param name="workspace">Whose grains.</param>
    /// <param name="model">The model; version 0 where it is not stored.</param>
    /// <param name="progress">Told now and then.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ModelBusyException">Another model of the workspace is being published or built up.</exception>
    /// <exception cref="ModelRoomException">A workspace's model needs too much beside those of others.</exception>
    /// <exception cref="PartitionsElsewhereException">Other nodes drive partitions, or are about to.</exception>
    public Task StartShadowAsync(
        string workspace, ServedModel model, Action<RescoreProgress> progress, CancellationToken cancellationToken) => BuildAsync(
        workspace,
        async cancel =>
        {
            _shadowUnderWay = workspace;
            try
            {
                // Where nobody else has one, two are not held at a time.
                var others = _shadow.ModelsBeside(workspace);
                var served = With(others.Aggregate(_served().Context.Served, (set, own) => set.With(ScopeOf(own.Key), own.Value)), workspace, model);
                if (others.IsEmpty)
                    await EndShadowAsync().ConfigureAwait(false);
                var models = others.SetItem(workspace, model);
                var shadow = await BuildShadowAsync(served, progress, cancel).ConfigureAwait(false);
                var former = _shadow.Replace(shadow, models, workspace);
                shadow.Follow();
                if (former is not null)
                    await former.DisposeAsync().ConfigureAwait(false);
                return model;
            }
            finally
            {
                _shadowUnderWay = null;
            }
        },
        cancellationToken);

    /// <summary>Ends a workspace's shadow; false where there is none.</summary>
    /// <exception cref="ModelBusyException">It is being built up. That ends with the call that started it.</exception>
    public async Task<bool> StopShadowAsync(string workspace)
    {
        if (_shadowUnderWay == workspace)
            throw new ModelBusyException();
        var wasThere = _shadow.Remove(workspace, out var unused);
        if (unused is not null)
            await unused.DisposeAsync().ConfigureAwait(false);
        return wasThere;
    }

    /// <summary>A workspace's shadow model against its active one.</summary>
    /// <param name="workspace">Whose grains.</param>
    /// <param name="contacts">Which contacts, as they stand under the active model.</param>
    /// <param name="accounts">Which accounts, as they stand under the active model.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="NoShadowException">There is no shadow.</exception>
    /// <exception cref="UnknownFilterException">A trait of a filter has no ranking column.</exception>
    public Task<ModelDifference> CompareShadowAsync(
        string workspace, RankFilter contacts, RankFilter accounts, CancellationToken cancellationToken) =>
        CompareAsync(ShadowOrThrow(workspace).Loops, workspace, contacts, accounts, cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        _stopping.Dispose();
        _givingUp.Dispose();
    }

    /// <summary>Gives up what is being built, ends the shadow, and waits for both.</summary>
    internal async Task StopAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _parts.Building.WaitAsync().ConfigureAwait(false);
        try
        {
            await EndShadowAsync().ConfigureAwait(false);
        }
        finally
        {
            _parts.Building.Release();
        }
    }

    /// <summary>Gives up what is being built and ends the shadow, since partitions go to other nodes; none is built until they have gone.</summary>
    internal async Task GiveWayAsync(Func<Task> release)
    {
        await _givingUp.CancelAsync().ConfigureAwait(false);
        await _parts.Building.WaitAsync().ConfigureAwait(false);
        try
        {
            if (await EndShadowAsync().ConfigureAwait(false))
                _parts.Failures.Report("The shadow model has been ended, since partitions go to another node", new PartitionsElsewhereException());
            await release().ConfigureAwait(false);
        }
        finally
        {
            _givingUp = new CancellationTokenSource();
            _parts.Building.Release();
        }
    }

    /// <summary>Stops at once, finishing nothing.</summary>
    internal void Abort()
    {
        _stopping.Cancel();
        _underWay?.Loops.Abort();
        _shadow.Follower?.Loops.Abort();
        _parts.Drops.Abort();
    }

    private async Task<T> BuildAsync<T>(string workspace, Func<CancellationToken, Task<T>> build, CancellationToken cancellationToken)
    {
        if (!_asking.TryAdd(workspace, true))
            throw new ModelBusyException();
        var givenUp = _givingUp.Token;
        try
        {
            using var cancel = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stopping.Token, givenUp);
            await _parts.Building.WaitAsync(cancel.Token).ConfigureAwait(false);
            try
            {
                RequireAllPartitions();
                return await build(cancel.Token).ConfigureAwait(false);
            }
            finally
            {
                _underWay = null;
                _parts.Building.Release();
            }
        }
        catch (OperationCanceledException) when (givenUp.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new PartitionsElsewhereException();
        }
        finally
        {
            _asking.TryRemove(workspace, out _);
        }
    }

    private void RequireAllPartitions()
    {
        var served = _served();
        if (Enumerable.Range(0, served.PartitionCount).Any(partition => served.LaneOf(partition) < 0))
            throw new PartitionsElsewhereException();
    }

    private async Task<ShadowFollower> BuildShadowAsync(
        ServedModels served, Action<RescoreProgress> progress, CancellationToken cancellationToken)
    {
        var follower = await BeginAsync(served, cancellationToken).ConfigureAwait(false);
        try
        {
            await follower.CatchUpAsync(progress, cancellationToken).ConfigureAwait(false);
            await follower.KeepUpAsync(cancellationToken).ConfigureAwait(false);
            return new ShadowFollower(follower, ShadowFailedAsync);
        }
        catch
        {
            await follower.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async Task<bool> EndShadowAsync()
    {
        if (_shadow.Take() is not { } shadow)
            return false;
        await shadow.DisposeAsync().ConfigureAwait(false);
        return true;
    }

    // Nobody can ask it any more, so its memory, threads and rows go.
    private async Task ShadowFailedAsync(ShadowFollower shadow, Exception failure)
    {
        if (_stopping.IsCancellationRequested)
            return;
        _parts.Failures.Report("The shadow model could not follow the journal and has been ended; start it again", failure);
        if (_shadow.TryTake(shadow))
            await shadow.DisposeAsync().ConfigureAwait(false);
    }

    private async Task<Follower> BeginAsync(ServedModels model, CancellationToken cancellationToken) =>
        _underWay = await Follower.BeginAsync(_parts, model, _served().Shares, cancellationToken).ConfigureAwait(false);

    private ServedModels With(ServedModels served, string workspace, ServedModel model)
    {
        var scope = ScopeOf(workspace);
        var with = served.With(scope, model);
        ModelRoom.Require(with.Set, scope);
        return with;
    }

    private ShadowFollower ShadowOrThrow(string workspace) =>
        ShadowOf(workspace) is not null && _shadow.Follower is { IsAlive: true } shadow ? shadow : throw new NoShadowException();

    private string ScopeOf(string workspace) => _served().Context.Served.Set.Own.Count == 0 ? _parts.ScopeOf(workspace) : workspace;

    // While another model takes over, some of the figures may be of the one and some of the other.
    private async Task<ModelDifference> CompareAsync(
        LoopGroup other, string workspace, RankFilter contacts, RankFilter accounts, CancellationToken cancellationToken)
    {
        while (true)
        {
            var served = _served();
            var comparison = new ModelComparison(served, other, workspace, served.Context.Now());
            var difference = await comparison.RunAsync(contacts, accounts, cancellationToken).ConfigureAwait(false);
            if (ReferenceEquals(served, _served()))
                return difference;
        }
    }
}
