using LeadGrains.V1;

namespace LeadGrains.Host.Loading;

/// <summary>What a run against one server came to.</summary>
internal sealed record LoadResult
{
    /// <summary>By stream: the first so many signals of its plan were sent.</summary>
    public required IReadOnlyList<long> SentByStream { get; init; }

    /// <summary>Signals that a given rate asked for within the time, and that were not sent.</summary>
    public required long Unsent { get; init; }

    public required long Answered { get; init; }

    public required long Recorded { get; init; }

    public required long Duplicates { get; init; }

    public required long Rejected { get; init; }

    public required Rejection? FirstRejection { get; init; }

    /// <summary>Signals answered after the warm-up, and the time that they took.</summary>
    public required long Measured { get; init; }

    public required TimeSpan MeasuredTime { get; init; }

    public required LatencyHistogram Latencies { get; init; }

    /// <summary>Why streams ended early, one for each that did.</summary>
    public required IReadOnlyList<string> Faults { get; init; }

    /// <summary>Processor time of this process, over the whole run.</summary>
    public required TimeSpan ClientProcessorTime { get; init; }

    public required ServerFigures? Server { get; init; }

    public long Sent => SentByStream.Sum();

    public double SignalsPerSecond => MeasuredTime > TimeSpan.Zero ? Measured / MeasuredTime.TotalSeconds : 0;

    /// <summary>Every signal was sent, answered, and either recorded or a duplicate.</summary>
    public bool IsClean => Faults.Count == 0 && Unsent == 0 && Rejected == 0 && Recorded + Duplicates == Sent;
}
