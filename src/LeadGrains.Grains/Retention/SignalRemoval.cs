using LeadGrains.Grains.Entries;
using LeadGrains.Grains.Erasing;
using LeadGrains.Grains.Storage;
using LeadGrains.Grains.Wire;
using LeadGrains.Journal.V1;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Retention;

/// <summary>
/// Removes signals that were received before an instant from blocks of the journal, those that merges brought among them, and
/// notes the oldest of those that stay. What is left of a signal's entry leads to the entry before it and says when it came.
/// </summary>
/// <param name="before">Signals received earlier go.</param>
/// <param name="through">By partition, the sequence up to which the rows hold all entries: what stands behind it stays.</param>
public sealed class SignalRemoval(Instant before, IReadOnlyList<long> through) : EntryRewriting
{
    /// <summary>Signals received earlier go.</summary>
    public Instant Before => before;

    /// <summary>When the oldest signal was received that stays, of what was looked at since <see cref="BeginPiece"/>; <see cref="Instant.Max"/> for none.</summary>
    public Instant OldestOfPiece { get; private set; } = Instant.Max;

    /// <summary>The same of all pieces.</summary>
    public Instant Oldest { get; private set; } = Instant.Max;

    /// <summary>A piece of the journal begins.</summary>
    public void BeginPiece() => OldestOfPiece = Instant.Max;

    /// <summary>A piece was not looked at, since its oldest signal is known and stays.</summary>
    public void PassOver(Instant oldest) => Oldest = Instant.Earlier(Oldest, oldest);

    /// <inheritdoc/>
    public override bool MayConcern(in JournalBlock block)
    {
        var concerns = false;
        var entries = new EntryReader(block.Entries.Span);
        while (entries.TryRead(out var entry))
        {
            if (entry.BodyCase == Entry.BodyOneofCase.Signal)
                concerns |= Judge(entry.ReceivedAt, entry.Sequence, block.Partition);
            else if (entry.BodyCase == Entry.BodyOneofCase.SignalsMerged)
                concerns |= JudgeMerged(entry, block.Partition);
        }

        return concerns;
    }

    /// <inheritdoc/>
    public override int Rewrite(int partition, Span<byte> entries)
    {
        var removed = 0;
        for (var at = 0; at < entries.Length;)
        {
            if (!WireReader.TryReadRange(entries, ref at, out var range) || !EntryView.TryRead(range.In(entries), out var entry))
                throw new JournalDamagedException($"The entry before byte {at} of its block cannot be read.");
            if (entry.Sequence > through[partition])
                continue;
            if (entry.BodyCase == Entry.BodyOneofCase.Signal && entry.ReceivedAt < before)
            {
                ErasedRoom.WriteRemoved(entries.Slice(range.Offset, range.Length), entry.Sequence, entry.PreviousSequence, entry.ReceivedAt);
                removed++;
            }
            else if (entry.BodyCase == Entry.BodyOneofCase.SignalsMerged)
            {
                removed += RemoveMerged(entry.Parse(), entries.Slice(range.Offset, range.Length));
            }
        }

        return removed;
    }

    // They are empty from then on, and keep their number: by it a part that comes twice is known.
    private int RemoveMerged(Entry entry, Span<byte> bytes)
    {
        var removed = 0;
        foreach (var signal in entry.SignalsMerged.Signals)
        {
            if (!IsDue(signal))
                continue;
            signal.Signal = Google.Protobuf.ByteString.Empty;
            signal.ReceivedAtTicks = 0;
            removed++;
        }

        if (removed > 0)
            ErasedRoom.WriteShortened(bytes, entry);
        return removed;
    }

    private bool JudgeMerged(in EntryView entry, int partition)
    {
        var concerns = false;
        foreach (var signal in entry.Parse().SignalsMerged.Signals)
        {
            if (!signal.Signal.IsEmpty)
                concerns |= Judge(new Instant(signal.ReceivedAtTicks), entry.Sequence, partition);
        }

        return concerns;
    }

    private bool Judge(Instant receivedAt, long sequence, int partition)
    {
        if (receivedAt < before && sequence <= through[partition])
            return true;
        OldestOfPiece = Instant.Earlier(OldestOfPiece, receivedAt);
        Oldest = Instant.Earlier(Oldest, receivedAt);
        return false;
    }

    private bool IsDue(MergedSignal signal) => !signal.Signal.IsEmpty && signal.ReceivedAtTicks < before.Ticks;
}
