using System.Buffers;
using LeadGrains.Host.Loading.Traffic;
using LeadGrains.V1;

namespace LeadGrains.Benchmarks.Load;

/// <summary>One connection's signals, encoded, and the number of its next.</summary>
internal sealed class PoolLane
{
    private const int IdDigits = 12;
    private const int TimeBytes = 5;
    private const int BytesBeforeDigits = 2 + IdDigits;

    private readonly byte[] _bytes;
    private readonly int[] _starts;
    private readonly long[] _seconds;
    private readonly long _secondsPerRound;
    private readonly int _roundsPerSpan;
    private long _next;

    /// <param name="plan">What the signals are.</param>
    /// <param name="seed">Of the ids.</param>
    /// <param name="lane">Its number.</param>
    /// <param name="signals">How many to encode.</param>
    /// <param name="secondsPerRound">How much later the signals occur each time round.</param>
    /// <param name="roundsPerSpan">After so many rounds time begins again.</param>
    public PoolLane(LoadPlan plan, ulong seed, int lane, int signals, long secondsPerRound, int roundsPerSpan)
    {
        (_secondsPerRound, _roundsPerSpan) = (secondsPerRound, roundsPerSpan);
        _starts = new int[signals + 1];
        _seconds = new long[signals];
        var encoder = new BatchEncoder(plan, seed);
        var one = new EncodedBatch(new byte[encoder.MaxBytes(1)]);
        var all = new ArrayBufferWriter<byte>(signals * 200);
        for (var i = 0; i < signals; i++)
        {
            encoder.Write(one, 0, AckLevel.Recorded, lane, [i]);
            all.Write(one.Written[2..^2]);
            _starts[i + 1] = all.WrittenCount;
            _seconds[i] = plan.At(lane, i).OccurredAtSecond;
        }

        _bytes = all.WrittenSpan.ToArray();
    }

    public double BytesPerSignal => (double)_bytes.Length / _seconds.Length;

    /// <summary>The next so many signals. Safe from several threads.</summary>
    public OutgoingBatch Take(int signals, RequestShape shape)
    {
        // Each kind of batch begins at a multiple of its size: batches of another size may have come before.
        long first;
        long next;
        do
        {
            next = Volatile.Read(ref _next);
            first = (next + signals - 1) / signals * signals;
        }
        while (Interlocked.CompareExchange(ref _next, first + signals, next) != next);
        var at = (int)(first % _seconds.Length);
        return new OutgoingBatch(this, first, signals, shape, _starts[at + signals] - _starts[at]);
    }

    /// <summary>Writes the signals from the given number on as fields of a request.</summary>
    public void Write(Span<byte> into, long first, int signals, byte tag)
    {
        var (round, at) = ((int)(first / _seconds.Length), (int)(first % _seconds.Length));
        var later = round % _roundsPerSpan * _secondsPerRound;
        var from = _starts[at];
        _bytes.AsSpan(from, _starts[at + signals] - from).CopyTo(into);
        for (var i = 0; i < signals; i++)
        {
            var signal = into[(_starts[at + i] - from)..(_starts[at + i + 1] - from)];
            signal[0] = tag;
            var lengthBytes = signal[1] < 0x80 ? 1 : 2;
            WriteDigits(signal.Slice(1 + lengthBytes + BytesBeforeDigits, IdDigits), first + i);
            WriteSeconds(signal[^TimeBytes..], _seconds[at + i] + later);
        }
    }

    private static void WriteDigits(Span<byte> digits, long number)
    {
        for (var i = digits.Length - 1; i >= 0; i--)
        {
            var digit = (int)(number & 0xF);
            digits[i] = (byte)(digit < 10 ? '0' + digit : 'a' - 10 + digit);
            number >>= 4;
        }
    }

    private static void WriteSeconds(Span<byte> time, long seconds)
    {
        for (var i = 0; i < TimeBytes - 1; i++)
        {
            time[i] = (byte)(seconds | 0x80);
            seconds >>= 7;
        }

        time[TimeBytes - 1] = (byte)seconds;
    }
}
