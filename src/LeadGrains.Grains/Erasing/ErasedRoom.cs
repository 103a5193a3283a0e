using LeadGrains.Grains.Wire;
using LeadGrains.Journal.V1;

namespace LeadGrains.Grains.Erasing;

/// <summary>
/// What stands in the place of an entry that was erased: its sequence, that it was erased, and zeros up to its length.
/// </summary>
internal static class ErasedRoom
{
    private const uint SequenceTag = Entry.SequenceFieldNumber << 3;
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
        var at = WireWriter.WriteVarint(entry, 0, SequenceTag);
        at = WireWriter.WriteVarint(entry, at, (ulong)sequence);
        at = WireWriter.WriteVarint(entry, at, ErasedTag);
        at = WireWriter.WriteVarint(entry, at, tombstone is null ? 0 : 2 + (ulong)Tombstone.Bytes);
        if (tombstone is { } kept)
        {
            at = WireWriter.WriteVarint(entry, at, TombstoneTag);
            at = WireWriter.WriteVarint(entry, at, Tombstone.Bytes);
            kept.ToArray().CopyTo(entry[at..]);
            at += Tombstone.Bytes;
        }

        if (at < entry.Length)
            WriteRoom(entry[at..]);
    }

    // The length takes one byte, or as many as it takes to come out even: a varint may be longer than it need be.
    private static void WriteRoom(Span<byte> room)
    {
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
