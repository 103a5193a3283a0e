using Google.Protobuf;
using LeadGrains.Grains.Seen;
using LeadGrains.Grains.Storage;
using LeadGrains.Grains.Wire;
using LeadGrains.Scoring;
using Stored = LeadGrains.Journal.V1;

namespace LeadGrains.Grains.Codecs;

/// <summary>
/// The remembered signals of a grain's row: full chunks beside the state, the one that is not full within it, so that a
/// grain of a few signals is one piece.
/// </summary>
internal static class SeenCodec
{
    public static void Write(MessageWriter to, int field, SeenSignals seen)
    {
        if (seen.OpenCount == 0)
            return;
        Span<byte> hashes = stackalloc byte[Limits.SeenChunkSignals * sizeof(ulong)];
        hashes = hashes[..(seen.OpenCount * sizeof(ulong))];
        var (number, first, last) = seen.CopyOpen(hashes);
        var begun = to.Begin(field);
        to.Number(Stored.OpenSeenChunk.NumberFieldNumber, number);
        to.Number(Stored.OpenSeenChunk.FirstReceivedAtTicksFieldNumber, first.Ticks);
        to.Number(Stored.OpenSeenChunk.LastReceivedAtTicksFieldNumber, last.Ticks);
        to.Bytes(Stored.OpenSeenChunk.HashesFieldNumber, hashes);
        to.End(begun);
    }

    /// <param name="full">Those beside the state.</param>
    /// <param name="firstChunk">As <see cref="SeenSignals.FirstChunk"/>.</param>
    /// <param name="open">An OpenSeenChunk message.</param>
    /// <param name="arena">Where the lists lie; null for the heap.</param>
    /// <exception cref="InvalidDataException">A chunk is missing or of a wrong length.</exception>
    public static SeenSignals FromStored(IReadOnlyList<SeenChunk> full, uint firstChunk, ReadOnlyMemory<byte> open, ListArena? arena)
    {
        var (number, first, last) = (0, Instant.Epoch, Instant.Epoch);
        ByteRange hashes = default;
        var reader = new MessageReader(open.Span);
        while (reader.TryReadTag(out var tag))
        {
            if (tag == ((Stored.OpenSeenChunk.NumberFieldNumber << 3) | MessageReader.Varint))
                number = (int)reader.Number();
            else if (tag == ((Stored.OpenSeenChunk.FirstReceivedAtTicksFieldNumber << 3) | MessageReader.Varint))
                first = new Instant(reader.Number());
            else if (tag == ((Stored.OpenSeenChunk.LastReceivedAtTicksFieldNumber << 3) | MessageReader.Varint))
                last = new Instant(reader.Number());
            else if (tag == ((Stored.OpenSeenChunk.HashesFieldNumber << 3) | MessageReader.Bytes))
                hashes = reader.Range();
            else
                reader.Skip(tag);
        }

        var newest = new SeenChunk(number, first, last, open.Slice(hashes.Offset, hashes.Length));
        return SeenSignals.Restore(full.Count == 0 ? [newest] : [.. full.Where(chunk => chunk.Number < number), newest], (int)firstChunk, arena);
    }

    /// <inheritdoc cref="FromStored(IReadOnlyList{SeenChunk}, uint, ReadOnlyMemory{byte}, ListArena?)"/>
    public static SeenSignals FromStored(IReadOnlyList<SeenChunk> full, uint firstChunk, Stored.OpenSeenChunk? open, ListArena? arena) =>
        open is null ? SeenSignals.Restore(full, (int)firstChunk, arena) : FromStored(full, firstChunk, open.ToByteArray(), arena);
}
