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
        var beginnings = Enumerable.Range(0, journal.PartitionCount).Select(partition => new JournalPosition(partition, 0));
        foreach (var block in journal.Read([.. beginnings], cancellationToken))
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

    private static void Look(Entry entry, IReadOnlySet<Tombstone> erasures, Dictionary<Tombstone, List<GrainKey>> found)
    {
        var body = entry.Erased;
        if (body.Tombstone.Length != Tombstone.Bytes || Tombstone.From(body.Tombstone.Span) is var tombstone && !erasures.Contains(tombstone))
            return;
        var workspace = entry.Workspace.Length == 0 ? Workspaces.Default : entry.Workspace;
        if (body.ContactIds.Count > 0 || !found.ContainsKey(tombstone))
            found[tombstone] = [.. body.ContactIds.Select(id => new GrainKey(workspace, GrainKind.Contact, id))];
    }
}
