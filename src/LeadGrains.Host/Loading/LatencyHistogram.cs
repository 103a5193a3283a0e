using System.Numerics;

namespace LeadGrains.Host.Loading;

/// <summary>
/// Latencies in log-linear buckets: every power of two is split into 128, so that a percentile is at most 0.8 % above
/// the truth at any size. Counts from 1 µs to 1 hour, in a fixed 32 KiB. One writer.
/// </summary>
internal sealed class LatencyHistogram
{
    private const int SubBits = 7;
    private const int SubBuckets = 1 << SubBits;
    private static readonly long MaxMicroseconds = (long)TimeSpan.FromHours(1).TotalMicroseconds;
    private static readonly int Buckets = IndexOf(MaxMicroseconds) + 1;

    private readonly long[] _counts = new long[Buckets];

    public long Count { get; private set; }

    /// <summary>The greatest latency seen, exactly.</summary>
    public TimeSpan Max { get; private set; }

    public void Record(TimeSpan latency, long times = 1)
    {
        var microseconds = Math.Clamp((long)Math.Ceiling(latency.TotalMicroseconds), 0, MaxMicroseconds);
        _counts[IndexOf(microseconds)] += times;
        Count += times;
        Max = latency > Max ? latency : Max;
    }

    public void Add(LatencyHistogram other)
    {
        for (int i = 0; i < _counts.Length; i++)
        {
            _counts[i] += other._counts[i];
        }

        Count += other.Count;
        Max = other.Max > Max ? other.Max : Max;
    }

    /// <summary>The latency that the given share of all stayed within.</summary>
    /// <param name="share">0 to 1, such as 0.99.</param>
    public TimeSpan Percentile(double share)
    {
        if (Count == 0)
        {
            return TimeSpan.Zero;
        }

        var wanted = Math.Clamp((long)Math.Ceiling(share * Count), 1, Count);
        var index = -1;
        for (long seen = 0; seen < wanted; seen += _counts[index])
        {
            index++;
        }

        TimeSpan upper = TimeSpan.FromMicroseconds(UpperOf(index));
        return upper < Max ? upper : Max;
    }

    private static int IndexOf(long microseconds)
    {
        if (microseconds < SubBuckets)
        {
            return (int)microseconds;
        }

        var shift = BitOperations.Log2((ulong)microseconds) - SubBits;
        return ((shift + 1) << SubBits) + (int)((microseconds >> shift) - SubBuckets);
    }

    private static long UpperOf(int index)
    {
        if (index < SubBuckets)
        {
            return index;
        }

        var shift = (index >> SubBits) - 1;
        var lower = (long)((index & (SubBuckets - 1)) + SubBuckets) << shift;
        return lower + (1L << shift) - 1;
    }
}
