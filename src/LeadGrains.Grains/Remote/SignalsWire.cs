using System.Buffers;
using System.Text;
using Google.Protobuf;
using LeadGrains.Cluster.V1;
using LeadGrains.Grains.Signals;
using LeadGrains.Grains.Wire;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Remote;

/// <summary>cluster.v1.SignalsRequest by hand, around the signals' bytes as they were received.</summary>
internal static class SignalsWire
{
    private const byte SignalsTag = (SignalsRequest.SignalsFieldNumber << 3) | 2;
    private const uint WorkspaceTag = (SignalsRequest.WorkspaceFieldNumber << 3) | 2;
    private const uint ReceivedAtTag = SignalsRequest.ReceivedAtTicksFieldNumber << 3;
    private const int MaxHeadBytes = 1 + WireWriter.MaxVarintBytes;

    /// <summary>Writes the signals at the first <paramref name="count"/> indices, or all where there are none.</summary>
    public static void Write(IBufferWriter<byte> to, SignalBatch batch, int[]? indices, int count)
    {
        WriteHead(to, batch);
        var slices = batch.Slices;
        for (var i = 0; i < count; i++)
        {
            var signal = batch.Bytes(slices[indices is null ? i : indices[i]].Signal);
            var span = to.GetSpan(MaxHeadBytes + signal.Length);
            span[0] = SignalsTag;
            var at = WireWriter.WriteVarint(span, 1, (ulong)signal.Length);
            signal.CopyTo(span[at..]);
            to.Advance(at + signal.Length);
        }
    }

    /// <summary>Reads and validates the signals as they were where they came in.</summary>
    /// <exception cref="InvalidDataException">It is no such message.</exception>
    public static SignalBatch Read(ReadOnlyMemory<byte> fields, int partitionCount)
    {
        var (workspace, receivedAt) = HeadOf(fields.Span);
        SignalBatch batch;
        try
        {
            batch = SignalBatch.Read(new ReadOnlySequence<byte>(fields), SignalMessage.Forwarded);
        }
        catch (SignalBatchException damaged)
        {
            throw new InvalidDataException(damaged.Message, damaged);
        }

        batch.Validate(receivedAt, workspace, partitionCount);
        return batch;
    }

    private static void WriteHead(IBufferWriter<byte> to, SignalBatch batch)
    {
        var head = new SignalsRequest { AckLevel = (int)batch.AckLevel, ReceivedAtTicks = batch.ReceivedAt.Ticks };
        if (batch.Workspace != Workspaces.Default)
            head.Workspace = batch.Workspace;
        head.WriteTo(to);
    }

    private static (string Workspace, Instant ReceivedAt) HeadOf(ReadOnlySpan<byte> fields)
    {
        var workspace = Workspaces.Default;
        var receivedAt = default(Instant);
        var reader = new MessageReader(fields);
        while (reader.TryReadTag(out var tag))
        {
            if (tag == WorkspaceTag)
                workspace = Encoding.UTF8.GetString(reader.Span());
            else if (tag == ReceivedAtTag)
                receivedAt = new Instant(reader.Number());
            else
                reader.Skip(tag);
        }

        return (workspace, receivedAt);
    }
}
