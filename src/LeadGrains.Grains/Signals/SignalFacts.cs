using LeadGrains.Scoring;

namespace LeadGrains.Grains.Signals;

/// <summary>What a grain looks at when a signal is applied: the same from a live batch and from the journal.</summary>
internal readonly ref struct SignalFacts
{
    public required Instant ReceivedAt { get; init; }
    public required Instant ScoringInstant { get; init; }
    public required ulong SeenHash { get; init; }
    public required ReadOnlySpan<byte> Type { get; init; }
    public required ReadOnlySpan<byte> AccountId { get; init; }
    public required ReadOnlySpan<byte> Email { get; init; }
    public required SignalAttributes Attributes { get; init; }

    public static SignalFacts Of(SignalBatch batch, in SignalSlice slice) => new()
    {
        ReceivedAt = batch.ReceivedAt,
        ScoringInstant = slice.ScoringInstant,
        SeenHash = slice.SeenHash,
        Type = batch.Bytes(slice.Type),
        AccountId = batch.Bytes(slice.AccountId),
        Email = batch.Bytes(slice.Email),
        Attributes = new SignalAttributes(batch.Bytes(slice.Signal)),
    };

    public static SignalFacts Of(in SignalView view, Instant receivedAt) => new()
    {
        ReceivedAt = receivedAt,
        ScoringInstant = view.ScoringInstant,
        SeenHash = view.SeenHash,
        Type = view.Type,
        AccountId = view.AccountId,
        Email = view.Email,
        Attributes = view.Attributes,
    };
}
