using Google.Protobuf;
using LeadGrains.Grains.Merges;
using LeadGrains.Grains.Partitions;
using LeadGrains.Registry.V1;

namespace LeadGrains.Grains.Erasing;

/// <summary>
/// Erases people for as long as this node is the one that decides merges: a person's ids are locked meanwhile, so that none
/// is merged away or into. What was begun is finished, here or by whoever decides next.
/// </summary>
internal sealed class Erasures(NodeContext node, ContactResolver resolver, ContactReader contacts, Lanes lanes, MergeLocks locks, MergeRuns runs)
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan FaultDelay = TimeSpan.FromSeconds(10);

    private readonly ErasureRun _run = new(node, lanes);

    /// <summary>Begins the erasure of whoever an id leads to, or finds the one that was begun, and gives its end to wait for.</summary>
    /// <exception cref="UnknownContactException">Nobody knows the id.</exception>
    public async Task<Task<ErasureReport>> BeginAsync(string workspace, string id, CancellationToken waiting)
    {
        while (true)
        {
            var person = await FindAsync(workspace, id, waiting).ConfigureAwait(false);
            if (person is null)
                return SearchAgainAsync(workspace, id, waiting);
            var held = await locks.EnterAsync(waiting, [.. person]).ConfigureAwait(false);
            // A merge may have had one of them until now.
            if ((await FindAsync(workspace, id, waiting).ConfigureAwait(false))?.ToHashSet().SetEquals(person) is true)
                return Track(() => StartAsync(person), held);
            held.Dispose();
        }
    }

    /// <summary>Finishes what an earlier run, or another node, began. Its ids are in no merge.</summary>
    public async Task ResumeAsync(CancellationToken stopped)
    {
        var unfinished = await _run.Records.UnfinishedAsync(stopped).ConfigureAwait(false);
        if (unfinished.Count == 0)
            return;
        var named = unfinished.Select(erasure => Tombstone.From(erasure.Tombstones[0].Span)).ToHashSet();
        var found = await Task.Run(() => JournalledErasures.FindIn(node.Journal, named, stopped), stopped).ConfigureAwait(false);
        foreach (var erasure in unfinished)
        {
            if (!found.TryGetValue(Tombstone.From(erasure.Tombstones[0].Span), out var keys))
            {
                await _run.Records.RemoveAsync(erasure, stopped).ConfigureAwait(false);
                continue;
            }

            _ = Track(() => _run.FinishAsync(erasure, keys, runs.Stopped), await locks.EnterAsync(stopped, [.. keys]).ConfigureAwait(false));
        }
    }

    // The contact that the id leads to, first, and all that lead there; null where it was erased.
    private async Task<List<GrainKey>?> FindAsync(string workspace, string id, CancellationToken waiting)
    {
        var found = (await resolver.ResolveAsync(workspace, [id]).ConfigureAwait(false))[id];
        if (found.IsErased)
            return null;
        var contact = await contacts.GetAsync(workspace, found.Id, waiting).ConfigureAwait(false) ?? throw new UnknownContactException(id);
        return [.. contact.MergedContactIds.Prepend(contact.Id).Distinct().Select(one => new GrainKey(workspace, GrainKind.Contact, one))];
    }

    private async Task<ErasureReport> StartAsync(List<GrainKey> person)
    {
        var erasure = new Erasure { BegunAtTicks = node.Now().Ticks };
        erasure.Tombstones.AddRange(person.Select(key => ByteString.CopyFrom(node.Parts.Tombstones.Of(key.Workspace, key.Id).ToArray())));
        await _run.Records.BeginAsync(erasure, runs.Stopped).ConfigureAwait(false);
        return await _run.FinishAsync(erasure, person, runs.Stopped).ConfigureAwait(false);
    }

    // One that is under way is waited for by looking; of one that is done it is looked once more whether nothing is left.
    private async Task<ErasureReport> SearchAgainAsync(string workspace, string id, CancellationToken waiting)
    {
        var tombstone = node.Parts.Tombstones.Of(workspace, id);
        while (true)
        {
            var erasure = await _run.Records.FindAsync(tombstone, waiting).ConfigureAwait(false);
            if (erasure is null)
                return await BeginAgainAsync(new GrainKey(workspace, GrainKind.Contact, id), tombstone, waiting).ConfigureAwait(false);
            if (erasure.HasFinishedAtTicks)
                return await _run.SearchAsync(erasure, [id], waiting).ConfigureAwait(false);
            await Task.Delay(RetryDelay, node.Clock, waiting).ConfigureAwait(false);
        }
    }

    // A node that was late may have had it journalled after another one had taken its record back for never begun.
    private async Task<ErasureReport> BeginAgainAsync(GrainKey key, Tombstone tombstone, CancellationToken waiting)
    {
        var found = await Task.Run(() => JournalledErasures.FindIn(node.Journal, new HashSet<Tombstone> { tombstone }, waiting), waiting).ConfigureAwait(false);
        var person = found.GetValueOrDefault(tombstone) is { Count: > 0 } named ? named : [key];
        return await (await StartWhenFreeAsync(person, waiting).ConfigureAwait(false)).ConfigureAwait(false);
    }

    private async Task<Task<ErasureReport>> StartWhenFreeAsync(List<GrainKey> person, CancellationToken waiting) =>
        Track(() => StartAsync(person), await locks.EnterAsync(waiting, [.. person]).ConfigureAwait(false));

    private Task<ErasureReport> Track(Func<Task<ErasureReport>> work, IDisposable held)
    {
        var running = Task.Run(
            async () =>
            {
                using (held)
                {
                    while (true)
                    {
                        try
                        {
                            return await work().ConfigureAwait(false);
                        }
                        catch (GrainException failure)
                        {
                            await Task.Delay(failure.RetryAfter ?? RetryDelay, node.Clock, runs.Stopped).ConfigureAwait(false);
                        }
#pragma warning disable CA1031 // Whatever a disk or a database has, the person is to be erased: nobody else would go on with it.
                        catch (Exception failure) when (failure is not OperationCanceledException)
#pragma warning restore CA1031
                        {
                            node.Parts.Failures.Report("The erasure of a person could not go on and is tried again", failure);
                            await Task.Delay(FaultDelay, node.Clock, runs.Stopped).ConfigureAwait(false);
                        }
                    }
                }
            },
            CancellationToken.None);
        runs.Track(running);
        return running;
    }
}
