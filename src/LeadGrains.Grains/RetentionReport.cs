using LeadGrains.Registry.V1;
using LeadGrains.Scoring;

namespace LeadGrains.Grains;

/// <summary>What a run did that let go of what is too old. It holds no personal data.</summary>
public sealed record RetentionReport
{
    /// <summary>When it began.</summary>
    public required Instant BegunAt { get; init; }

    /// <summary>When it ended; null while it is under way, and where it was broken off.</summary>
    public required Instant? FinishedAt { get; init; }

    /// <summary>Signals that were removed.</summary>
    public required long RemovedSignals { get; init; }

    /// <summary>Pieces of the journal that were written anew for it.</summary>
    public required long Rewritten { get; init; }

    /// <summary>When the oldest signal was received that is kept; null where none is, or where nobody has looked.</summary>
    public required Instant? OldestSignal { get; init; }

    /// <summary>Signals that were received before are gone, or going; null where none were ever removed.</summary>
    public required Instant? SignalsSince { get; init; }

    /// <summary>People who were let go of, since nothing was heard of them for too long.</summary>
    public required long RemovedContacts { get; init; }

    /// <summary>Of whom nothing was heard since then is gone, or going; null where nobody ever was let go of.</summary>
    public required Instant? ContactsSince { get; init; }

    internal static RetentionReport Of(RetentionRun record) => new()
    {
        BegunAt = new Instant(record.BegunAtTicks),
        FinishedAt = record.HasFinishedAtTicks ? new Instant(record.FinishedAtTicks) : null,
        RemovedSignals = (long)record.RemovedSignals,
        Rewritten = (long)record.Rewritten,
        OldestSignal = record.HasOldestSignalTicks ? new Instant(record.OldestSignalTicks) : null,
        RemovedContacts = (long)record.RemovedContacts,
        ContactsSince = record.HasContactsSinceTicks ? new Instant(record.ContactsSinceTicks) : null,
        SignalsSince = record.HasSignalsSinceTicks ? new Instant(record.SignalsSinceTicks) : null,
    };
}
