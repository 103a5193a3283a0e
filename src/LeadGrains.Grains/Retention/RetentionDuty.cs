using LeadGrains.Grains.Partitions;
using LeadGrains.Registry.V1;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Retention;

/// <summary>
/// Lets go of what is too old, once a day, for as long as this node is the one that decides merges and erasures. What a run
/// has done stays done; one that is broken off is begun anew, here or by whoever decides next.
/// </summary>
internal sealed class RetentionDuty(NodeContext node, LettingGo lettingGo)
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMinutes(10);

    private readonly RetentionOptions _options = node.Options.Retention;
    private readonly RetentionRecords _records = node.Parts.RetentionRecords!;

    public async Task RunAsync(CancellationToken stopped)
    {
        if (!_options.IsOn)
        {
            await FinishAsync(stopped).ConfigureAwait(false);
            return;
        }

        for (var wait = _options.FirstAfter; ;)
        {
            await Task.Delay(wait, node.Clock, stopped).ConfigureAwait(false);
            wait = await TryAsync(stopped).ConfigureAwait(false) ? _options.Every : RetryDelay;
        }
    }

    // What was begun is finished, though nothing more is let go of.
    private async Task FinishAsync(CancellationToken stopped)
    {
        for (var wait = _options.FirstAfter; ; wait = RetryDelay)
        {
            await Task.Delay(wait, node.Clock, stopped).ConfigureAwait(false);
            if (await _records.FindAsync(stopped).ConfigureAwait(false) is not { IsLettingGo: true } || await TryAsync(stopped).ConfigureAwait(false))
                return;
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
        if (before is { HasContactsSinceTicks: true })
            run.ContactsSinceTicks = before.ContactsSinceTicks;
        if (before is { IsLettingGo: true })
            await FinishLettingGoAsync(run, stopped).ConfigureAwait(false);
        if (_options.Contacts is { } quiet)
            await LetGoAsync(run, new Instant(run.BegunAtTicks) + -quiet, stopped).ConfigureAwait(false);
        if (_options.Signals is { } age)
            await RemoveSignalsAsync(run, new Instant(run.BegunAtTicks) + -age, stopped).ConfigureAwait(false);
        run.FinishedAtTicks = node.Now().Ticks;
        await _records.WriteAsync(run, stopped).ConfigureAwait(false);
        return run;
    }

    private async Task FinishLettingGoAsync(RetentionRun run, CancellationToken stopped)
    {
        run.IsLettingGo = true;
        await _records.WriteAsync(run, stopped).ConfigureAwait(false);
        run.Rewritten += (ulong)(await lettingGo.FinishAsync(stopped).ConfigureAwait(false)).Pieces;
        run.IsLettingGo = false;
    }

    // Before the first one goes it is put down that people are going, so that whoever comes after a crash looks for them.
    private async Task LetGoAsync(RetentionRun run, Instant before, CancellationToken stopped)
    {
        run.ContactsSinceTicks = Math.Max(before.Ticks, run.HasContactsSinceTicks ? run.ContactsSinceTicks : long.MinValue);
        run.IsLettingGo = true;
        await _records.WriteAsync(run, stopped).ConfigureAwait(false);
        var quiet = new QuietContacts(node.Parts.Store);
        var pace = new RetentionPace(node, stopped);
        for (var partition = 0; partition < node.Journal.PartitionCount;)
        {
            await pace.RestAsync().ConfigureAwait(false);
            var at = partition;
            (var people, partition) = await Task.Run(() => quiet.FindAsync(at, before, stopped), stopped).ConfigureAwait(false);
            if (people.Count == 0)
                continue;
            var (gone, erased) = await lettingGo.RunAsync(people, stopped).ConfigureAwait(false);
            run.RemovedContacts += (ulong)gone;
            run.Rewritten += (ulong)erased.Pieces;
            // Something was heard of each of them meanwhile, and their rows will say so before long.
            if (gone == 0)
                partition++;
        }

        run.IsLettingGo = false;
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
