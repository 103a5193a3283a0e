using System.Runtime.CompilerServices;
using Google.Protobuf;
using LeadGrains.Grains.Wire;
using LeadGrains.Journal.V1;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Entries;

/// <summary>
/// Appends length-delimited Entry messages to a block. A signal's entry is written by hand, around the signal's bytes
/// as they were received; it is byte for byte what the generated type would write.
/// </summary>
public static class EntryWriter
{
    /// <summary>Tag bytes and longest varints of everything but workspace and signal.</summary>
    private const int MaxFixedBytes = (6 * 1) + (6 * 10);

    /// <summary>Appends a signal's entry.</summary>
    /// <param name="buffer">The block.</param>
    /// <param name="sequence">The entry's position in its partition, from 1.</param>
    /// <param name="previousSequence">That of the grain's entry before it; 0 for the first.</param>
    /// <param name="receivedAt">The stamp of its batch.</param>
    /// <param name="workspaceUtf8">Whose grain it is; the default workspace is stored as empty.</param>
    /// <param name="signal">A leadgrains.v1.Signal.</param>
    public static void WriteSignal(
        PooledBuffer buffer,
        long sequence,
        long previousSequence,
        Instant receivedAt,
        ReadOnlySpan<byte> workspaceUtf8,
        ReadOnlySpan<byte> signal)
    {
        if (workspaceUtf8.SequenceEqual(Workspaces.DefaultUtf8))
            workspaceUtf8 = default;
        var length = SizeOfField((ulong)sequence) + SizeOfField((ulong)previousSequence) + SizeOfField((ulong)receivedAt.Ticks)
            + (workspaceUtf8.IsEmpty ? 0 : 1 + WireWriter.SizeOfVarint((ulong)workspaceUtf8.Length) + workspaceUtf8.Length)
            + 1 + WireWriter.SizeOfVarint((ulong)signal.Length) + signal.Length;
        var span = buffer.GetSpan(MaxFixedBytes + workspaceUtf8.Length + signal.Length);
        var at = WireWriter.WriteVarint(span, 0, (ulong)length);
        at = WriteField(span, at, EntryFields.SequenceTag, (ulong)sequence);
        at = WriteField(span, at, EntryFields.PreviousSequenceTag, (ulong)previousSequence);
        at = WriteField(span, at, EntryFields.ReceivedAtTag, (ulong)receivedAt.Ticks);
        if (!workspaceUtf8.IsEmpty)
            at = WriteBytes(span, at, EntryFields.WorkspaceTag, workspaceUtf8);
        at = WriteBytes(span, at, EntryFields.SignalTag, signal);
        buffer.Advance(at);
    }

    /// <summary>Appends any other entry.</summary>
    public static void Write(PooledBuffer buffer, Entry entry)
    {
        var length = entry.CalculateSize();
        var span = buffer.GetSpan(WireWriter.SizeOfVarint((ulong)length) + length);
        var at = WireWriter.WriteVarint(span, 0, (ulong)length);
        entry.WriteTo(span.Slice(at, length));
        buffer.Advance(at + length);
    }

    private static int SizeOfField(ulong value) => value == 0 ? 0 : 1 + WireWriter.SizeOfVarint(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int WriteField(Span<byte> span, int at, uint tag, ulong value)
    {
        if (value == 0)
            return at;
        span[at] = (byte)tag;
        return WireWriter.WriteVarint(span, at + 1, value);
    }

    private static int WriteBytes(Span<byte> span, int at, uint tag, ReadOnlySpan<byte> bytes)
    {
        span[at] = (byte)tag;
        at = WireWriter.WriteVarint(span, at + 1, (ulong)bytes.Length);
        bytes.CopyTo(span[at..]);
        return at + bytes.Length;
    }
}
