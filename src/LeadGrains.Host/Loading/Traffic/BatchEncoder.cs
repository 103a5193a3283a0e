using System.Buffers.Text;
using LeadGrains.V1;

namespace LeadGrains.Host.Loading.Traffic;

/// <summary>
/// Writes a StreamSignalsRequest straight into bytes, from parts encoded before. The load test shares the machine with
/// the server, so a signal costs it a few copies and no object.
/// </summary>
internal sealed class BatchEncoder(LoadPlan plan, ulong seed)
{
    private const byte LengthDelimited = 2;
    private const int MaxVarint = 10;
    private const int IdLength = 8 + 4 + 12;
    private const int TimeLength = 2 + 1 + MaxVarint;

    private const byte BatchTag = StreamSignalsRequest.BatchFieldNumber << 3;
    private const byte SignalsTag = (StreamSignalsRequest.SignalsFieldNumber << 3) | LengthDelimited;
    private const byte AckLevelTag = StreamSignalsRequest.AckLevelFieldNumber << 3;
    private const byte IdTag = (Signal.IdFieldNumber << 3) | LengthDelimited;
    private const byte OccurredAtTag = (Signal.OccurredAtFieldNumber << 3) | LengthDelimited;
    private const byte SecondsTag = Google.Protobuf.WellKnownTypes.Timestamp.SecondsFieldNumber << 3;

    private readonly int _maxSignalBytes =
        1 + MaxVarint + 2 + IdLength + plan.Catalogue.MaxEncodedBytes + plan.Population.MaxEncodedBytes + TimeLength;

    /// <summary>What a batch of so many signals needs at most.</summary>
    public int MaxBytes(int signals) => (2 * (1 + MaxVarint)) + (signals * _maxSignalBytes);

    /// <summary>Writes a batch of the signals with these numbers on the stream.</summary>
    public void Write(EncodedBatch into, ulong batch, AckLevel ackLevel, int stream, ReadOnlySpan<long> numbers)
    {
        var buffer = into.Buffer.AsSpan();
        var at = 0;
        buffer[at++] = BatchTag;
        at += WriteVarint(buffer[at..], batch);
        foreach (var number in numbers)
        {
            at += WriteSignal(buffer[at..], stream, number);
        }

        buffer[at++] = AckLevelTag;
        into.Length = at + WriteVarint(buffer[at..], (ulong)ackLevel);
    }

    private static int WriteVarint(Span<byte> buffer, ulong value)
    {
        var at = 0;
        for (; value >= 0x80; value >>= 7)
        {
            buffer[at++] = (byte)(value | 0x80);
        }

        buffer[at++] = (byte)value;
        return at;
    }

    private int WriteSignal(Span<byte> buffer, int stream, long number)
    {
        var planned = plan.At(stream, number);
        var kind = plan.Catalogue.Kinds[planned.Kind].Encoded.Span;
        var identity = plan.Population.EncodedIdentity(planned.Target);
        Span<byte> time = stackalloc byte[TimeLength];
        var timeLength = WriteTime(time, planned.OccurredAtSecond);

        var at = 0;
        buffer[at++] = SignalsTag;
        at += WriteVarint(buffer[at..], (ulong)(2 + IdLength + kind.Length + identity.Length + timeLength));
        buffer[at++] = IdTag;
        buffer[at++] = IdLength;
        WriteId(buffer.Slice(at, IdLength), stream, number);
        at += IdLength;
        kind.CopyTo(buffer[at..]);
        at += kind.Length;
        identity.CopyTo(buffer[at..]);
        at += identity.Length;
        time[..timeLength].CopyTo(buffer[at..]);
        return at + timeLength;
    }

    private void WriteId(Span<byte> id, int stream, long number)
    {
        Utf8Formatter.TryFormat((uint)seed, id, out _, new('x', 8));
        Utf8Formatter.TryFormat((ushort)stream, id[8..], out _, new('x', 4));
        Utf8Formatter.TryFormat(number, id[12..], out _, new('x', 12));
    }

    private static int WriteTime(Span<byte> time, long second)
    {
        var length = WriteVarint(time[3..], (ulong)second);
        time[0] = OccurredAtTag;
        time[1] = (byte)(1 + length);
        time[2] = SecondsTag;
        return 3 + length;
    }
}
