using LeadGrains.Grains.Entries;
using LeadGrains.Grains.Storage;

namespace LeadGrains.Grains.Watching;

/// <summary>
/// Reads changes from the journal, a bounded piece at a time. Every change that is journalled had its effect
/// when it was applied: a loop takes one in only while what it changes is so, and no other change of the grain is under way.
/// </summary>
internal static class ChangeCatchUp
{
    private const int ChangesPerPiece = 512;
    private const int BlocksPerPiece = 4_096;

    /// <summary>The next changes after the positions, at most up to the target, and how far they were looked for.</summary>
    public static (List<GrainChange> Changes, long[] Through) Read(
        IJournal journal, WatchPositions positions, long[] target, CancellationToken cancellationToken)
    {
        var changes = new List<GrainChange>();
        var through = new long[target.Length];
        var left = positions.Behind(target);
        var open = left.Count;
        var blocks = 0;
        foreach (var block in journal.Read(left, cancellationToken))
        {
            var end = target[block.Partition];
            if (through[block.Partition] < end)
            {
                Gather(block, positions[block.Partition], end, changes);
                through[block.Partition] = Math.Min(block.LastSequence, end);
                open -= block.LastSequence >= end ? 1 : 0;
            }

            if (open == 0 || changes.Count >= ChangesPerPiece || ++blocks >= BlocksPerPiece)
                return (changes, through);
        }

        // The journal has gaps: nothing else lies before the target.
        return (changes, target);
    }

    private static void Gather(in JournalBlock block, long after, long end, List<GrainChange> changes)
    {
        var entries = new EntryReader(block.Entries.Span);
        while (entries.TryRead(out var entry))
        {
            if (GrainChange.MayBe(entry.BodyCase) && entry.Sequence > after && entry.Sequence <= end
                && GrainChange.Of(block.Partition, entry.Parse()) is { } change)
                changes.Add(change);
        }
    }
}
