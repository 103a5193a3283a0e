using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Storage;

namespace LeadGrains.Grains.Erasing;

/// <summary>Takes people out of the store whom entries have made unknown: first their rows, then their entries.</summary>
internal sealed class PersonRemoval(NodeContext node)
{
    // Others write rows between two pieces.
    private const int RowsAtOnce = 500;

    private readonly IPersonalData _people = node.Parts.Erasing?.People ?? throw new InvalidOperationException("The node was built without what erasing needs.");

    /// <summary>
    /// Removes them, once no row holds anything of them and none will be written that does. While nobody scores the journal under
    /// another model: who had read some of their entries would miss the last.
    /// </summary>
    /// <param name="ids">All their ids.</param>
    /// <param name="passes">Through the journal, one after the other.</param>
    /// <param name="ends">By partition, the last entry by which they became unknown.</param>
    /// <param name="stopped">Ends it between two steps.</param>
    public async Task<(long Rows, ErasedEntries Entries)> RunAsync(
        IReadOnlyList<ErasedId> ids, IReadOnlyList<EntryErasure> passes, IReadOnlyDictionary<int, long> ends, CancellationToken stopped)
    {
        await WaitForRowsAsync(ends, stopped).ConfigureAwait(false);
        await node.Parts.Building.WaitAsync(stopped).ConfigureAwait(false);
        try
        {
            if (node.Parts.Shadow() is { IsAlive: true } shadow)
                await shadow.WriteRowsAsync(ends, stopped).ConfigureAwait(false);
            await WaitForRowsAsync(ends, stopped).ConfigureAwait(false);
            return await RemoveAsync(ids, passes, stopped).ConfigureAwait(false);
        }
        finally
        {
            node.Parts.Building.Release();
        }
    }

    // First the rows: until all entries have gone, these say who it was.
    private async Task<(long Rows, ErasedEntries Entries)> RemoveAsync(
        IReadOnlyList<ErasedId> ids, IReadOnlyList<EntryErasure> passes, CancellationToken stopped)
    {
        long rows = 0;
        foreach (var some in ids.Chunk(RowsAtOnce))
            rows += await _people.EraseRowsAsync(some, stopped).ConfigureAwait(false);
        var entries = default(ErasedEntries);
        foreach (var pass in passes)
            entries += await _people.EraseEntriesAsync(pass, stopped).ConfigureAwait(false);
        return (rows, entries);
    }

    private Task WaitForRowsAsync(IReadOnlyDictionary<int, long> ends, CancellationToken stopped) =>
        ErasureRun.WaitForRowsAsync(node.Clock, () => node.Parts.Store.Active, ends, stopped);
}
