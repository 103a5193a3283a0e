using System.Text;
using Google.Protobuf;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Requests;
using LeadGrains.Grains.Storage;
using LeadGrains.Journal.V1;
using LeadGrains.Registry.V1;
using SearchedPlace = LeadGrains.Grains.Storage.SearchedPlace;

namespace LeadGrains.Grains.Erasing;

/// <summary>
/// The steps of an erasure, each of which may be done again: entries by which the person is not known any more; rows that say
/// so, and that nobody writes again; no rows; no entries but holes; a look whether anything is left.
/// </summary>
internal sealed class ErasureRun(NodeContext node, Lanes lanes)
{
    private static readonly TimeSpan FirstLook = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LongestLook = TimeSpan.FromMilliseconds(500);

    private readonly PersonRemoval _removal = new(node);
    private readonly ErasingStore _store = node.Parts.Erasing ?? throw new InvalidOperationException("The node was built without what erasing needs.");

    /// <summary>How far erasures are.</summary>
    public ErasureRecords Records => node.Parts.ErasureRecords!;

    /// <param name="erasure">Its record, which is in the registry with its tombstones.</param>
    /// <param name="person">All ids, the contact's own first; none where the journal has them no more.</param>
    /// <param name="stopped">Ends it between two steps; whoever decides next goes on.</param>
    public async Task<ErasureReport> FinishAsync(Erasure erasure, IReadOnlyList<GrainKey> person, CancellationToken stopped)
    {
        IReadOnlyCollection<string> emails = [];
        if (person.Count > 0)
        {
            var ends = await AppendAsync(person, stopped).ConfigureAwait(false);
            emails = await EraseAsync(erasure, person, ends, stopped).ConfigureAwait(false);
        }

        erasure.FinishedAtTicks = node.Now().Ticks;
        return await SearchAsync(erasure, [.. person.Select(key => key.Id).Concat(emails)], stopped).ConfigureAwait(false);
    }

    /// <summary>Looks for texts in the store, and puts down what came of it.</summary>
    public async Task<ErasureReport> SearchAsync(Erasure erasure, IReadOnlyList<string> texts, CancellationToken cancellationToken)
    {
        if (texts.Count > 0)
        {
            ReadOnlyMemory<byte>[] bytes = [.. texts.Distinct(StringComparer.Ordinal).Select(text => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(text))];
            var searched = await SearchAsync(bytes, cancellationToken).ConfigureAwait(false);
            erasure.Searched.Clear();
            erasure.Searched.AddRange(searched.Select(place => new Registry.V1.SearchedPlace
            {
                Place = place.Place,
                Bytes = (ulong)place.Bytes,
                Found = (ulong)place.Found,
            }));
            erasure.SearchedTexts = (uint)bytes.Length;
        }

        await Records.WriteAsync(erasure, cancellationToken).ConfigureAwait(false);
        return ErasureReport.Of(erasure);
    }

    /// <summary>Waits until all rows hold what the journal had up to there.</summary>
    public static async Task WaitForRowsAsync(
        TimeProvider clock, Func<IGrainGeneration> rows, IReadOnlyDictionary<int, long> ends, CancellationToken cancellationToken)
    {
        for (var wait = FirstLook; ; wait = wait * 2 < LongestLook ? wait * 2 : LongestLook)
        {
            var checkpoints = await rows().ReadCheckpointsAsync(cancellationToken).ConfigureAwait(false);
            if (ends.All(end => checkpoints[end.Key] >= end.Value))
                return;
            await Task.Delay(wait, clock, cancellationToken).ConfigureAwait(false);
        }
    }

    // One at a time: each reads all that there is.
    private async Task<IReadOnlyList<SearchedPlace>> SearchAsync(ReadOnlyMemory<byte>[] texts, CancellationToken cancellationToken)
    {
        await node.Parts.Searching.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await _store.People.SearchAsync(texts, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            node.Parts.Searching.Release();
        }
    }

    // By partition, where everything of the person ends. The contact's own comes first: it names the others.
    private async Task<Dictionary<int, long>> AppendAsync(IReadOnlyList<GrainKey> person, CancellationToken stopped)
    {
        var ends = new Dictionary<int, long>();
        for (var i = 0; i < person.Count; i++)
        {
            stopped.ThrowIfCancellationRequested();
            var body = new Erased { Tombstone = ByteString.CopyFrom(node.Parts.Tombstones.Of(person[i].Workspace, person[i].Id).ToArray()) };
            if (i == 0)
                body.ContactIds.AddRange(person.Select(key => key.Id));
            var entry = GrainEntry.For(person[i], node.Router.PartitionCount, new Entry { Erased = body });
            var (_, failure) = await lanes.TryAppendAsync(person[i].Workspace, [entry], AckLevel.Ranked).ConfigureAwait(false);
            if (failure is not null)
                throw failure;
            // One that was erased before has no entry by this: it stands somewhere before the end.
            var end = entry.Entry.Sequence > 0
                ? (long)entry.Entry.Sequence
                : (await node.Journal.ReadEndsAsync(stopped).ConfigureAwait(false))[entry.Partition];
            ends[entry.Partition] = Math.Max(end, ends.GetValueOrDefault(entry.Partition));
        }

        return ends;
    }

    private async Task<IReadOnlyCollection<string>> EraseAsync(
        Erasure erasure, IReadOnlyList<GrainKey> person, IReadOnlyDictionary<int, long> ends, CancellationToken stopped)
    {
        List<ErasedId> ids = [.. person.Select(key => new ErasedId(key, node.Parts.Tombstones.Of(key.Workspace, key.Id)))];
        var first = new EntryErasure(ids, leavesName: true);
        var (rows, entries) = await _removal.RunAsync(ids, [first, new EntryErasure(ids, leavesName: false)], ends, stopped).ConfigureAwait(false);
        erasure.RemovedRows += (ulong)rows;
        erasure.ErasedEntries += (ulong)entries.Entries;
        erasure.Rewritten += (ulong)entries.Pieces;
        return first.Emails;
    }
}
