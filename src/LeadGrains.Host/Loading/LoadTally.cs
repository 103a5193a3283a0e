using LeadGrains.V1;

namespace LeadGrains.Host.Loading;

/// <summary>What one stream's answers add up to. Written by the thread that receives, read when the stream has ended.</summary>
/// <param name="clock">The time.</param>
/// <param name="measureFrom">Answers before this timestamp are counted, not measured.</param>
internal sealed class LoadTally(TimeProvider clock, long measureFrom)
{
    /// <summary>From the instant at which a batch was meant to be sent to its answer.</summary>
    public LatencyHistogram Latencies { get; } = new();

    /// <summary>Signals answered in any way.</summary>
    public long Answered { get; private set; }

    public long Recorded { get; private set; }

    public long Duplicates { get; private set; }

    public long Rejected { get; private set; }

    public Rejection? FirstRejection { get; private set; }

    /// <summary>Signals whose answers came after the warm-up.</summary>
    public long Measured { get; private set; }

    /// <summary>Timestamp of the last answer.</summary>
    public long LastAnswer { get; private set; }

    public void Add(LoadBatch batch, StreamSignalsResponse answer)
    {
        Answered += batch.Signals;
        Recorded += answer.Recorded;
        Duplicates += answer.Duplicates;
        Rejected += answer.Rejections.Count;
        FirstRejection ??= answer.Rejections.FirstOrDefault();
        var now = clock.GetTimestamp();
        if (now >= measureFrom)
        {
            LastAnswer = now;
            Measured += batch.Signals;
            Latencies.Record(clock.GetElapsedTime(batch.IntendedAt, now));
        }
    }
}

/// <summary>What is remembered of a batch until it is answered.</summary>
/// <param name="IntendedAt">Timestamp at which it was meant to be sent.</param>
/// <param name="Signals">How many signals.</param>
internal readonly record struct LoadBatch(long IntendedAt, int Signals);
