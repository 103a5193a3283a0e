using LeadGrains.Grains.Entries;
using LeadGrains.Grains.Storage;
using LeadGrains.Journal.V1;

namespace LeadGrains.Grains.History;

/// <summary>
/// A grain's own entries, found in the journal by following each one to the one before it, so that they cost the
/// grain's length and not the journal's. For any thread, beside appends: it sees durable entries only.
/// </summary>
internal sealed class GrainHistory(IJournal journal)
{
    private const int PieceEntries = 1_024;
    private const int PieceBytes = 8 * 1024 * 1024;

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
    /// <exception cref="HistoryTooLongException">
    /// There are more than <see cref="Limits.HistoryEntries"/>, each signal that a merge brought counted as one.
    /// </exception>
    /// <exception cref="JournalDamagedException">An entry is missing or cannot be read.</exception>
    public IEnumerable<HistoryEntry> OldestFirst(int partition, long lastSequence, CancellationToken cancellationToken)
    {
        var sequences = new List<long>();
        var cost = 0;
        foreach (var entry in NewestFirst(partition, lastSequence, cancellationToken))
        {
            cost += entry.Cost;
            if (cost > Limits.HistoryEntries)
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
    /// The entries, oldest first, however many there are: every entry is read twice, and a piece of them is held at a
    /// time, of 1,024 at most and of no more than <see cref="PieceBytes"/>, be it for a single entry; of the others
    /// 16 bytes for each piece.
    /// </summary>
    /// <param name="partition">The grain's.</param>
    /// <param name="lastSequence">The sequence to end with, as in <see cref="NewestFirst"/>.</param>
    /// <param name="cancellationToken">Gives up between two entries.</param>
    /// <exception cref="JournalDamagedException">An entry is missing or cannot be read.</exception>
    public IEnumerable<HistoryEntry> AllOldestFirst(int partition, long lastSequence, CancellationToken cancellationToken)
    {
        var pieces = new List<(long End, int Count)>();
        long bytes = 0;
        foreach (var entry in NewestFirst(partition, lastSequence, cancellationToken))
        {
            bytes += entry.Bytes.Length;
            if (pieces.Count > 0 && pieces[^1].Count < PieceEntries && bytes <= PieceBytes)
            {
                pieces[^1] = (pieces[^1].End, pieces[^1].Count + 1);
                continue;
            }

            pieces.Add((entry.View.Sequence, 1));
            bytes = entry.Bytes.Length;
        }

        for (var i = pieces.Count - 1; i >= 0; i--)
        {
            foreach (var entry in NewestFirst(partition, pieces[i].End, cancellationToken).Take(pieces[i].Count).Reverse())
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

    /// <summary>What applying it costs, in entries: a part of a merge costs as much as its signals.</summary>
    public int Cost => View is { BodyCase: Entry.BodyOneofCase.SignalsMerged } part ? Math.Max(1, part.Parse().SignalsMerged.Signals.Count) : 1;
}
