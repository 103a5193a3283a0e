using System.Diagnostics.Metrics;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Metrics;

/// <summary>What was let go of since it was too old, among the figures of <see cref="GrainMeters"/>.</summary>
internal sealed class RetentionMeters
{
    private long _signals;
    private long _contacts;
    private long _failures;
    private RetentionReport? _last;

    /// <param name="meter">Gets the figures.</param>
    /// <param name="isOn">Whether anything is let go of; the times are told only then.</param>
    public RetentionMeters(Meter meter, bool isOn)
    {
        meter.CreateObservableCounter("leadgrains.retention.signals.removed", () => Volatile.Read(ref _signals), "{signal}", "Signals that were removed for their age.");
        meter.CreateObservableCounter("leadgrains.retention.contacts.removed", () => Volatile.Read(ref _contacts), "{contact}", "People who were let go of, since nothing was heard of them for too long.");
        meter.CreateObservableCounter("leadgrains.retention.failures", () => Volatile.Read(ref _failures), "{run}", "Runs that could not let go of what was too old.");
        if (!isOn)
            return;
        meter.CreateObservableGauge("leadgrains.retention.last_run.time", () => Time(Volatile.Read(ref _last)?.FinishedAt), "s", "When the last run ended, since 1970; only where it was here.");
        meter.CreateObservableGauge("leadgrains.retention.oldest_signal.time", () => Time(Volatile.Read(ref _last)?.OldestSignal), "s", "When the oldest signal was received that is kept, since 1970.");
    }

    public void Finished(RetentionReport report)
    {
        Interlocked.Add(ref _signals, report.RemovedSignals);
        Interlocked.Add(ref _contacts, report.RemovedContacts);
        Volatile.Write(ref _last, report);
    }

    public void Failed() => Interlocked.Increment(ref _failures);

    private static IEnumerable<Measurement<double>> Time(Instant? instant) =>
        instant is { } known ? [new Measurement<double>((known - Instant.Epoch).TotalSeconds)] : [];
}
