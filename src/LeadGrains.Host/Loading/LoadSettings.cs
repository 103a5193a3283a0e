using LeadGrains.Host.Clients;
using LeadGrains.V1;

namespace LeadGrains.Host.Loading;

/// <summary>What a load run does.</summary>
internal sealed record LoadSettings
{
    public required ServerTarget Server { get; init; }

    /// <summary>The server's HTTP address, which tells its memory.</summary>
    public required Uri Http { get; init; }

    /// <summary>Signals a second, over all streams; null sends as fast as the server answers.</summary>
    public required double? Rate { get; init; }

    public required TimeSpan Duration { get; init; }

    /// <summary>Answers before this much time are not measured: both sides are still compiling.</summary>
    public required TimeSpan WarmUp { get; init; }

    /// <summary>Ends the run after this many signals, instead of after the duration.</summary>
    public required long? Signals { get; init; }

    public required int Contacts { get; init; }

    public required int Accounts { get; init; }

    /// <summary>Signals in a batch.</summary>
    public required int Batch { get; init; }

    public required int Streams { get; init; }

    /// <summary>Batches that a stream has unanswered at most, where no rate is given.</summary>
    public required int Window { get; init; }

    public required ulong Seed { get; init; }

    /// <summary>No signal occurred later.</summary>
    public required DateTimeOffset Until { get; init; }

    public required AckLevel AckLevel { get; init; }

    public required bool Verify { get; init; }

    /// <summary>How many contacts are verified one by one.</summary>
    public required int Sample { get; init; }

    public required bool CompareSink { get; init; }

    public required bool Json { get; init; }
}
