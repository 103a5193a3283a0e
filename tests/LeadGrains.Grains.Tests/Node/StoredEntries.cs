using LeadGrains.Grains.Entries;
using LeadGrains.Grains.Storage;
using LeadGrains.Journal.V1;

namespace LeadGrains.Grains.Tests.Node;

/// <summary>All entries of a journal, in the order of their blocks.</summary>
internal static class StoredEntries
{
    public static List<Entry> Of(IJournal journal)
    {
        var positions = Enumerable.Range(0, journal.PartitionCount).Select(partition => new JournalPosition(partition, 0));
        var entries = new List<Entry>();
        foreach (var block in journal.Read([.. positions], CancellationToken.None))
        {
            var reader = new EntryReader(block.Entries.Span);
            while (reader.TryRead(out var entry))
                entries.Add(entry.Parse());
        }

        return entries;
    }
}
