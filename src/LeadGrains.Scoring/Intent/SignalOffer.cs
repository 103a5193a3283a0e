namespace LeadGrains.Scoring;

/// <summary>What rules that are not plain ask of a signal beside its attributes.</summary>
internal readonly ref struct SignalOffer(ReadOnlySpan<byte> type, Instant at, byte channel, bool isWatched)
{
    /// <summary>UTF-8.</summary>
    public ReadOnlySpan<byte> Type { get; } = type;

    /// <summary>The scoring instant.</summary>
    public Instant At { get; } = at;

    /// <summary>By <see cref="ChannelFactors"/>; 0 for none.</summary>
    public byte Via { get; } = channel;

    /// <summary>A burst may take back what it gives.</summary>
    public bool IsWatched { get; } = isWatched;
}
