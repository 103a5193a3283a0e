using LeadGrains.Grains.Partitions;
using LeadGrains.Registry.V1;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Retention;

/// <summary>
/// Lets go of what is too old, once a day, for as long as this node is the one that decides merges and erasures. What a run
/// has done stays done; one that is broken off is begun anew, here or by whoever decides next.
/// </summary>
internal sealed class RetentionDuty(NodeContext node)
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMinutes(10);

    private readonly RetentionOptions _options = node.Options.Retention;
    private readonly RetentionRecords _records = node.Parts.RetentionRecords!;

    public async Task RunAsync(CancellationToken stopped)
    {
        for (var wait = _options.FirstAfter; ;)
        {
            await Task.Delay(wait, node.Clock, stopped).ConfigureAwait(false);
            wait = await TryAsync(stopped).ConfigureAwait(false) ? _options.Every : RetryDelay;
        }
    }

    private async Task<bool> TryAsync(CancellationToken stopped)
    {
        try
        {
            var report = RetentionReport.Of(await RunOnceAsync(stopped).ConfigureAwait(false));
            node.Parts.RetentionMeters.Finished(report);
            await node.Parts.RetentionFinished(report, stopped).ConfigureAwait(false);
            return true;
        }
#pragma warning disable CA1031 // Whatever a disk or a database has, what is too old is to go: nobody else would go on with it.
        catch (Exception failure) when (failure is not OperationCanceledException || !stopped.IsCancellationRequested)
#pragma warning restore CA1031
        {
            node.Parts.RetentionMeters.Failed();
            node.Parts.Failures.Report("What is older than it may be kept could not be let go of and is tried again", failure);
            return false;
        }
    }

    private async Task<RetentionRun> RunOnceAsync(CancellationToken stopped)
    {
        var before = await _records.FindAsync(stopped).ConfigureAwait(false);
        var run = new RetentionRun { BegunAtTicks = node.Now().Ticks };
        if (before is { HasSignalsSinceTicks: true })
            run.SignalsSinceTicks = before.SignalsSinceTicks;
        if (_options.Signals is { } age)
            await RemoveSignalsAsync(run, new Instant(run.BegunAtTicks) + -age, stopped).ConfigureAwait(false);
        run.FinishedAtTicks = node.Now().Ticks;
        await _records.WriteAsync(run, stopped).ConfigureAwait(false);
        return run;
    }

    // Whoever scores the journal under another model is told before, and not after, that signals are missing.
    private async Task RemoveSignalsAsync(RetentionRun run, Instant before, CancellationToken stopped)
    {
        run.SignalsSinceTicks = Math.Max(before.Ticks, run.HasSignalsSinceTicks ? run.SignalsSinceTicks : long.MinValue);
        await _records.WriteAsync(run, stopped).ConfigureAwait(false);
        var pace = new RetentionPace(node, stopped);
        await pace.RestAsync().ConfigureAwait(false);
        var removal = new SignalRemoval(before, pace.Through);
        var removed = await node.Parts.Erasing!.People.RemoveSignalsAsync(removal, pace.RestAsync, stopped).ConfigureAwait(false);
        run.RemovedSignals = (ulong)removed.Entries;
        run.Rewritten += (ulong)removed.Pieces;
        if (removal.Oldest < Instant.Max)
            run.OldestSignalTicks = removal.Oldest.Ticks;
    }
}
