using Google.Protobuf;
using LeadGrains.Grains.Wire;
using LeadGrains.Journal.V1;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Erasing;

/// <summary>
/// What stands in the place of an entry that was erased: its sequence, that it was erased, and zeros up to its length. Of a
/// signal that was removed for its age there is left, too, which entry it follows and when it came.
/// </summary>
internal static class ErasedRoom
{
    private const uint SequenceTag = Entry.SequenceFieldNumber << 3;
    private const uint PreviousSequenceTag = Entry.PreviousSequenceFieldNumber << 3;
    private const uint ReceivedAtTag = Entry.ReceivedAtTicksFieldNumber << 3;
    private const uint ErasedTag = (Entry.ErasedFieldNumber << 3) | 2;
    private const uint RoomTag = (Entry.RoomFieldNumber << 3) | 2;
    private const uint TombstoneTag = (Erased.TombstoneFieldNumber << 3) | 2;

    /// <summary>Writes over an entry.</summary>
    /// <param name="entry">An Entry message, without its length.</param>
    /// <param name="sequence">The sequence that it had.</param>
    /// <param name="tombstone">What is kept of it.</param>
    /// <exception cref="InvalidOperationException">The entry is shorter than any that is written.</exception>
    public static void Write(Span<byte> entry, long sequence, Tombstone? tombstone)
    {
        entry.Clear();
        var at = WriteNumber(entry, 0, SequenceTag, (ulong)sequence);
        at = WriteNumber(entry, at, ErasedTag, tombstone is null ? 0 : 2 + (ulong)Tombstone.Bytes);
        if (tombstone is { } kept)
        {
            at = WireWriter.WriteVarint(entry, at, TombstoneTag);
            at = WireWriter.WriteVarint(entry, at, Tombstone.Bytes);
            kept.ToArray().CopyTo(entry[at..]);
            at += Tombstone.Bytes;
        }

        WriteRoom(entry[at..]);
    }

    /// <summary>Writes over the entry of a signal whose grain goes on: what comes before it is found through it.</summary>
    /// <param name="entry">An Entry message, without its length.</param>
    /// <param name="sequence">The sequence that it had.</param>
    /// <param name="previousSequence">The sequence of the same grain's entry before it.</param>
    /// <param name="receivedAt">When it was received.</param>
    public static void WriteRemoved(Span<byte> entry, long sequence, long previousSequence, Instant receivedAt)
    {
        entry.Clear();
        var at = WriteNumber(entry, 0, SequenceTag, (ulong)sequence);
        if (previousSequence > 0)
            at = WriteNumber(entry, at, PreviousSequenceTag, (ulong)previousSequence);
        at = WriteNumber(entry, at, ReceivedAtTag, (ulong)receivedAt.Ticks);
        at = WriteNumber(entry, at, ErasedTag, 0);
        WriteRoom(entry[at..]);
    }

    /// <summary>Writes over an entry with one that has less in it.</summary>
    /// <param name="entry">An Entry message, without its length.</param>
    /// <param name="shortened">What it is from now on.</param>
    public static void WriteShortened(Span<byte> entry, Entry shortened)
    {
        shortened.Room = ByteString.Empty;
        var length = shortened.CalculateSize();
        entry.Clear();
        shortened.WriteTo(entry[..length]);
        WriteRoom(entry[length..]);
    }

    private static int WriteNumber(Span<byte> entry, int at, uint tag, ulong value) =>
        WireWriter.WriteVarint(entry, WireWriter.WriteVarint(entry, at, tag), value);

    // The length takes one byte, or as many as it takes to come out even: a varint may be longer than it need be.
    private static void WriteRoom(Span<byte> room)
    {
        if (room.IsEmpty)
            return;
        var at = WireWriter.WriteVarint(room, 0, RoomTag);
        var left = room.Length - at - 1;
        if (left < 0)
            throw new InvalidOperationException($"An entry leaves {room.Length} bytes, which is too few to be erased.");
        var more = 0;
        while (left - more >= 1L << (7 * (more + 1)))
            more++;
        var length = (uint)(left - more);
        for (var i = 0; i < more; i++, length >>= 7)
            room[at++] = (byte)(length | 0x80);
        room[at] = (byte)length;
    }
}
