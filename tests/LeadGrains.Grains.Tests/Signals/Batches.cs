using System.Buffers;
using Google.Protobuf;
using LeadGrains.Grains.Signals;
using LeadGrains.Scoring;
using LeadGrains.V1;

namespace LeadGrains.Grains.Tests.Signals;

/// <summary>Signals and batches as most tests need them.</summary>
internal static class Batches
{
    public const int Partitions = 16;

    /// <summary>2026-01-01T00:00:00Z, when the tests' batches are received.</summary>
    public static readonly Instant ReceivedAt = Instant.FromDateTimeOffset(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    public static Signal Signal(Action<Signal>? change = null)
    {
        var signal = new Signal { Id = "e1", Source = "website", Type = "page_viewed", ContactId = "ann" };
        change?.Invoke(signal);
        return signal;
    }

    public static SignalBatch Read(params IEnumerable<Signal> signals) => ReadRecord(new RecordSignalsRequest { Signals = { signals } }.ToByteArray());

    public static SignalBatch ReadRecord(byte[] message) => Validated(SignalBatch.Read(new ReadOnlySequence<byte>(message), SignalMessage.RecordRequest));

    public static SignalBatch ReadStream(byte[] message) => Validated(SignalBatch.Read(new ReadOnlySequence<byte>(message), SignalMessage.StreamRequest));

    /// <summary>Reads one signal given as bytes.</summary>
    public static SignalBatch ReadOne(byte[] signal) => ReadRecord(WireBytes.Bytes(1, signal));

    private static SignalBatch Validated(SignalBatch batch)
    {
        batch.Validate(ReceivedAt, Workspaces.Default, Partitions);
        return batch;
    }
}
