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

    /// <exception cref="InvalidDataException">A chunk is missing or of a wrong length.</exception>
    public static SeenSignals FromStored(GrainRow row, uint firstChunk, Stored.OpenSeenChunk? open, ListArena? arena) => SeenSignals.Restore(
        open is null
            ? row.Seen
            : [.. row.Seen.Where(chunk => chunk.Number < open.Number), new SeenChunk(
                (int)open.Number, new Instant(open.FirstReceivedAtTicks), new Instant(open.LastReceivedAtTicks), open.Hashes.Memory)],
        (int)firstChunk,
        arena);
}
