using LeadGrains.Grains.Entries;
using LeadGrains.Grains.Storage;
using LeadGrains.Journal.V1;

namespace LeadGrains.Grains.Erasing;

/// <summary>What the journal still has of erasures that an earlier run began: whose they are stands there alone.</summary>
internal static class JournalledErasures
{
    /// <summary>By the tombstone that names the erasure, the ids of the person; none where they have been erased there, too.</summary>
    /// <param name="journal">Is read whole.</param>
    /// <param name="erasures">The tombstones that name them.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static Dictionary<Tombstone, List<GrainKey>> FindIn(IJournal journal, IReadOnlySet<Tombstone> erasures, CancellationToken cancellationToken)
    {
        var found = new Dictionary<Tombstone, List<GrainKey>>();
        foreach (var block in ReadAll(journal, cancellationToken))
        {
            var entries = new EntryReader(block.Entries.Span);
            while (entries.TryRead(out var entry))
            {
                if (entry.BodyCase == Entry.BodyOneofCase.Erased)
                    Look(entry.Parse(), erasures, found);
            }
        }

        return found;
    }

    /// <summary>Who was let go of, and has entries yet: the last one says so.</summary>
    /// <param name="journal">Is read whole.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static IReadOnlyCollection<LetGoContact> FindLetGo(IJournal journal, CancellationToken cancellationToken)
    {
        var found = new Dictionary<GrainKey, LetGoContact>();
        foreach (var block in ReadAll(journal, cancellationToken))
        {
            var entries = new EntryReader(block.Entries.Span);
            while (entries.TryRead(out var entry))
            {
                if (entry.BodyCase == Entry.BodyOneofCase.Erased && entry.Kind == GrainKind.Contact && entry.Parse() is { Erased.MayReturn: true } said)
                {
                    var key = new GrainKey(WorkspaceOf(said), GrainKind.Contact, said.GrainId);
                    found[key] = new LetGoContact(new ErasedId(key, Tombstone: null, entry.Sequence), said.Erased.ContactIds);
                }
            }
        }

        return found.Values;
    }

    private static IEnumerable<JournalBlock> ReadAll(IJournal journal, CancellationToken cancellationToken) =>
        journal.Read([.. Enumerable.Range(0, journal.PartitionCount).Select(partition => new JournalPosition(partition, 0))], cancellationToken);

    private static string WorkspaceOf(Entry entry) => entry.Workspace.Length == 0 ? Workspaces.Default : entry.Workspace;

    private static void Look(Entry entry, IReadOnlySet<Tombstone> erasures, Dictionary<Tombstone, List<GrainKey>> found)
    {
        var body = entry.Erased;
        if (body.Tombstone.Length != Tombstone.Bytes || Tombstone.From(body.Tombstone.Span) is var tombstone && !erasures.Contains(tombstone))
            return;
        var workspace = WorkspaceOf(entry);
        if (body.ContactIds.Count > 0 || !found.ContainsKey(tombstone))
            found[tombstone] = [.. body.ContactIds.Select(id => new GrainKey(workspace, GrainKind.Contact, id))];
    }
}

/// <summary>One of the ids of somebody who was let go of.</summary>
/// <param name="Id">The id, and the entry by which it went.</param>
/// <param name="PersonIds">All ids of the person, on the contact's own; else none.</param>
internal sealed record LetGoContact(ErasedId Id, IReadOnlyList<string> PersonIds);
