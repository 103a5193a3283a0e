using System.Collections.Concurrent;
using LeadGrains.Grains.Erasing;
using LeadGrains.Grains.Merges;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Requests;
using LeadGrains.Grains.Storage;
using LeadGrains.Journal.V1;

namespace LeadGrains.Grains.Retention;

/// <summary>
/// Lets go of many people in one pass through the journal. An entry for each of their ids makes them unknown, and names them
/// until it is the last that is left of them; what comes after it is of somebody who is new.
/// </summary>
internal sealed class LettingGo(NodeContext node, MergeLocks locks)
{
    private const int AppendsAtOnce = 32;

    private readonly Lanes _lanes = new(node);
    private readonly PersonRemoval _removal = new(node);

    /// <summary>Lets go of people, but of those of whom something was heard meanwhile.</summary>
    /// <returns>How many went, and what of the journal was erased.</returns>
    public async Task<(int People, ErasedEntries Entries)> RunAsync(IReadOnlyList<QuietContact> people, CancellationToken stopped)
    {
        var gone = new ConcurrentQueue<ErasedId>();
        var count = 0;
        await Parallel.ForEachAsync(
            people,
            new ParallelOptions { MaxDegreeOfParallelism = AppendsAtOnce, CancellationToken = stopped },
            async (person, cancel) =>
            {
                using var held = await locks.EnterAsync(cancel, [.. person.Ids.Select(id => person.Key with { Id = id })]).ConfigureAwait(false);
                if (await AppendAsync([EntryFor(person.Key, person.LastSequence, person.Ids)]).ConfigureAwait(false) is not [var own])
                    return;
                Interlocked.Increment(ref count);
                gone.Enqueue(own);
                foreach (var alias in await AppendAliasesAsync(person.Key.Workspace, person.Ids, cancel).ConfigureAwait(false))
                    gone.Enqueue(alias);
            }).ConfigureAwait(false);
        return (count, await RemoveAsync([.. gone], stopped).ConfigureAwait(false));
    }

    /// <summary>Finishes what an earlier run, or another node, began: the journal says of whom.</summary>
    public async Task<ErasedEntries> FinishAsync(CancellationToken stopped)
    {
        var found = await Task.Run(() => JournalledErasures.FindLetGo(node.Journal, stopped), stopped).ConfigureAwait(false);
        var gone = found.ToDictionary(one => one.Id.Key, one => one.Id);
        foreach (var (id, personIds) in found.Where(one => one.PersonIds.Count > 1).Select(one => (one.Id, one.PersonIds)))
        {
            using var held = await locks.EnterAsync(stopped, [.. personIds.Select(one => id.Key with { Id = one })]).ConfigureAwait(false);
            foreach (var alias in await AppendAliasesAsync(id.Key.Workspace, personIds, stopped).ConfigureAwait(false))
                gone[alias.Key] = alias;
        }

        var erased = default(ErasedEntries);
        foreach (var some in gone.Values.Chunk(Limits.LetGoAtOnce))
            erased += await RemoveAsync(some, stopped).ConfigureAwait(false);
        return erased;
    }

    // Those that lead there still: one that has come back by itself leads nowhere.
    private async Task<List<ErasedId>> AppendAliasesAsync(string workspace, IReadOnlyList<string> ids, CancellationToken stopped)
    {
        if (ids.Count < 2)
            return [];
        var person = ids.ToHashSet(StringComparer.Ordinal);
        var found = await _lanes.FindContactsAsync(workspace, person).ConfigureAwait(false);
        GrainKey[] aliases = [.. found.Where(one => one.Value.Into is { } into && person.Contains(into)).Select(one => new GrainKey(workspace, GrainKind.Contact, one.Key))];
        if (aliases.Length == 0)
            return [];
        var ends = await _lanes.AskAsync(aliases, some => new FindHistories(some), stopped).ConfigureAwait(false);
        return await AppendAsync([.. ends.Select(end => EntryFor(end.Key, end.LastSequence, []))]).ConfigureAwait(false);
    }

    // Those of whom something else has come are left out.
    private async Task<List<ErasedId>> AppendAsync(IReadOnlyList<(GrainKey Key, GrainEntry Entry)> entries)
    {
        var (_, failure) = await _lanes.TryAppendAsync(entries[0].Key.Workspace, [.. entries.Select(one => one.Entry)], AckLevel.Ranked, mustFit: true).ConfigureAwait(false);
        if (failure is not null)
            throw failure;
        return [.. entries.Where(one => one.Entry.Entry.Sequence > 0).Select(one => new ErasedId(one.Key, Tombstone: null, (long)one.Entry.Entry.Sequence))];
    }

    private (GrainKey Key, GrainEntry Entry) EntryFor(GrainKey key, long lastSequence, IReadOnlyList<string> ids)
    {
        var body = new Erased { MayReturn = true, ContactIds = { ids } };
        return (key, GrainEntry.For(key, node.Router.PartitionCount, new Entry { Erased = body, PreviousSequence = (ulong)lastSequence }));
    }

    private async Task<ErasedEntries> RemoveAsync(ErasedId[] gone, CancellationToken stopped)
    {
        if (gone.Length == 0)
            return default;
        var ends = gone.GroupBy(id => _lanes.PartitionOf(id.Key)).ToDictionary(some => some.Key, some => some.Max(id => id.Through));
        // Each entry names one id alone, and it is the last of that id: pieces are erased the oldest first.
        return (await _removal.RunAsync(gone, [new EntryErasure(gone, leavesName: false)], ends, stopped).ConfigureAwait(false)).Entries;
    }
}
