using LeadGrains.Grains.Entries;
using LeadGrains.Grains.Storage;

namespace LeadGrains.Grains.History;

/// <summary>
/// A grain's own entries, found in the journal by following each one to the one before it, so that they cost the
/// grain's length and not the journal's. For any thread, beside appends: it sees durable entries only.
/// </summary>
internal sealed class GrainHistory(IJournal journal)
{
    /// <summary>The entries, newest first. Each is read when it is asked for, so whoever stops early pays for no more.</summary>
    /// <param name="partition">The grain's.</param>
    /// <param name="lastSequence">The sequence to begin with: that of an entry of the grain that has been applied; 0 for none.</param>
    /// <param name="cancellationToken">Gives up between two entries.</param>
    /// <exception cref="JournalDamagedException">An entry is missing or cannot be read.</exception>
    public IEnumerable<HistoryEntry> NewestFirst(int partition, long lastSequence, CancellationToken cancellationToken)
    {
        using var reading = new HistoryReading(journal, partition);
        for (var sequence = lastSequence; sequence > 0;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var entry = Read(reading, partition, sequence);
            yield return entry;
            var previous = entry.View.PreviousSequence;
            if (previous >= sequence)
                throw new JournalDamagedException($"Entry {sequence} of partition {partition} says that it follows entry {previous}.");
            sequence = previous;
        }
    }

    /// <summary>
    /// The entries, oldest first. Their sequences are gathered before the first is given, 8 bytes for each, and every
    /// entry is read twice.
    /// </summary>
    /// <param name="partition">The grain's.</param>
    /// <param name="lastSequence">The sequence to end with, as in <see cref="NewestFirst"/>.</param>
    /// <param name="cancellationToken">Gives up between two entries.</param>
    /// <exception cref="HistoryTooLongException">There are more than <see cref="Limits.HistoryEntries"/>.</exception>
    /// <exception cref="JournalDamagedException">An entry is missing or cannot be read.</exception>
    public IEnumerable<HistoryEntry> OldestFirst(int partition, long lastSequence, CancellationToken cancellationToken)
    {
        var sequences = new List<long>();
        foreach (var entry in NewestFirst(partition, lastSequence, cancellationToken))
        {
            if (sequences.Count == Limits.HistoryEntries)
                throw new HistoryTooLongException();
            sequences.Add(entry.View.Sequence);
        }

        using var reading = new HistoryReading(journal, partition);
        for (var i = sequences.Count - 1; i >= 0; i--)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return Read(reading, partition, sequences[i]);
        }
    }

    /// <summary>
    /// The entries, oldest first, however many there are: every entry is read twice, some are held at a time, and of
    /// the others no more than 8 bytes for each 1,024.
    /// </summary>
    /// <param name="partition">The grain's.</param>
    /// <param name="lastSequence">The sequence to end with, as in <see cref="NewestFirst"/>.</param>
    /// <param name="cancellationToken">Gives up between two entries.</param>
    /// <exception cref="JournalDamagedException">An entry is missing or cannot be read.</exception>
    public IEnumerable<HistoryEntry> AllOldestFirst(int partition, long lastSequence, CancellationToken cancellationToken)
    {
        const int AtOnce = 1_024;
        var ends = new List<long>();
        var count = 0;
        foreach (var entry in NewestFirst(partition, lastSequence, cancellationToken))
        {
            if (count++ % AtOnce == 0)
                ends.Add(entry.View.Sequence);
        }

        for (var i = ends.Count - 1; i >= 0; i--)
        {
            foreach (var entry in NewestFirst(partition, ends[i], cancellationToken).Take(AtOnce).Reverse())
                yield return entry;
        }
    }

    private static HistoryEntry Read(HistoryReading reading, int partition, long sequence) =>
        reading.Read(sequence) is { } bytes
            ? new HistoryEntry(bytes)
            : throw new JournalDamagedException($"Entry {sequence} of partition {partition} is not in the journal, though a later one follows it.");
}

/// <summary>One entry of a grain's history: a copy of its bytes.</summary>
/// <param name="Bytes">An Entry message, without its length.</param>
internal readonly record struct HistoryEntry(ReadOnlyMemory<byte> Bytes)
{
    /// <summary>The entry as its bytes say.</summary>
    public EntryView View => EntryView.TryRead(Bytes.Span, out var view)
        ? view
        : throw new JournalDamagedException("An entry found by its sequence cannot be read, though its checksum is right.");
}
