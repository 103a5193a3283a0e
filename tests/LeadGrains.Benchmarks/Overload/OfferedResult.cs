using Grpc.Core;
using LeadGrains.Host.Loading;

namespace LeadGrains.Benchmarks.Overload;

/// <summary>What became of the calls of one lane, or of all.</summary>
internal sealed class OfferedResult
{
    private readonly Lock _gate = new();
    private int _open;
    private RpcException? _fault;

    /// <summary>Of calls that were let in.</summary>
    public LatencyHistogram Answers { get; } = new();

    /// <summary>Of calls that were refused.</summary>
    public LatencyHistogram Refusals { get; } = new();

    /// <summary>Newly recorded.</summary>
    public long Signals { get; private set; }

    /// <summary>Calls that were due and not made, since too many were open.</summary>
    public long NotSent { get; private set; }

    /// <summary>When the last refused call was due; 0 where there was none.</summary>
    public long LastRefusal { get; private set; }

    public TimeSpan Elapsed { get; private set; }

    public int Open => Volatile.Read(ref _open);

    /// <exception cref="InvalidOperationException">A call failed otherwise than by being refused.</exception>
    public static OfferedResult Of(IReadOnlyList<OfferedResult> lanes, TimeSpan elapsed)
    {
        var all = new OfferedResult { Elapsed = elapsed };
        foreach (var lane in lanes)
        {
            if (lane._fault is { } fault)
                throw new InvalidOperationException($"A call was neither answered nor refused: {fault}", fault);
            all.Answers.Add(lane.Answers);
            all.Refusals.Add(lane.Refusals);
            all.Signals += lane.Signals;
            all.NotSent += lane.NotSent;
            all.LastRefusal = Math.Max(all.LastRefusal, lane.LastRefusal);
        }

        return all;
    }

    public bool TryOpen(int most)
    {
        if (Interlocked.Increment(ref _open) <= most)
            return true;
        Interlocked.Decrement(ref _open);
        NotSent++;
        return false;
    }

    public void Taken(TimeSpan latency, long signals)
    {
        lock (_gate)
        {
            Answers.Record(latency);
            Signals += signals;
        }

        Interlocked.Decrement(ref _open);
    }

    public void Refused(TimeSpan latency, long due)
    {
        lock (_gate)
        {
            Refusals.Record(latency);
            LastRefusal = Math.Max(LastRefusal, due);
        }

        Interlocked.Decrement(ref _open);
    }

    public void Failed(RpcException fault)
    {
        lock (_gate)
            _fault = fault;
        Interlocked.Decrement(ref _open);
    }
}
