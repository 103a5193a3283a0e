using LeadGrains.Grains.Erasing;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Signals;

namespace LeadGrains.Grains;

/// <summary>Takes batches to the lanes of their signals, split only where these differ, and disposes them when all have answered.</summary>
internal sealed class SignalSender(NodeContext node)
{
    /// <summary>Posts what finds room at once; where a part does not, the batch is refused.</summary>
    public Task<RecordOutcome> SendAsync(SignalBatch batch, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            return FinishAsync(batch, [], posted: 0, new OperationCanceledException(cancellationToken), cancellationToken);
        var parts = SignalParts.Split(batch, node.Router);
        var posted = 0;
        while (posted < parts.Length && node.Router.TrySend(parts[posted].Lane, parts[posted].Request))
            posted++;
        return FinishAsync(batch, parts, posted, posted < parts.Length ? new OverloadedException() : null, cancellationToken);
    }

    /// <summary>Waits until every part has found room, and gives the outcome to wait for.</summary>
    public async ValueTask<Task<RecordOutcome>> EnqueueAsync(SignalBatch batch, CancellationToken cancellationToken)
    {
        var parts = SignalParts.Split(batch, node.Router);
        var posted = await SignalParts.PostAsync(parts, node.Router, node.Clock, cancellationToken).ConfigureAwait(false);
        return FinishAsync(
            batch, parts, posted, posted < parts.Length ? new OperationCanceledException(cancellationToken) : null, cancellationToken);
    }

    // Signals whose contact leads to another one come back undone and go on from here: only where they end up can they be
    // acknowledged. Redirects never lead in a circle, so this ends.
    private async Task<RecordOutcome> FinishAsync(
        SignalBatch batch, SignalPart[] parts, int posted, Exception? refused, CancellationToken cancellationToken)
    {
        RecordOutcome outcome;
        SignalBatch? onward;
        try
        {
            // The batch's bytes are in use until every lane has answered, whatever became of the others.
            outcome = await (posted == 1 ? parts[0].Request.Done : SignalParts.OutcomeAsync(parts, posted)).ConfigureAwait(false);
            if (refused is not null)
                throw refused;
            var signals = SignalParts.OnwardOf(parts);
            if (SignalParts.MovedOf(parts) is { } moved)
                (outcome, signals) = await SendMovedAsync(batch, moved, outcome, signals ?? [], cancellationToken).ConfigureAwait(false);
            if (signals is not null)
                outcome = outcome.With(TakeErased(batch, signals));
            onward = OnwardOf(batch, signals);
        }
        finally
        {
            foreach (var part in parts)
                part.Request.Dispose();
            batch.Dispose();
        }

        if (onward is null)
            return outcome;
        var rest = await (await EnqueueAsync(onward, cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
        return outcome.With(rest);
    }

    // Nothing became of them, so they are sent again to wherever the way leads by then.
    private async Task<(RecordOutcome Outcome, List<OnwardSignal> Onward)> SendMovedAsync(
        SignalBatch batch, List<int> moved, RecordOutcome outcome, List<OnwardSignal> onward, CancellationToken cancellationToken)
    {
        var patience = new Patience(node.Clock);
        for (var left = moved; left is not null;)
        {
            await patience.WaitAsync(cancellationToken).ConfigureAwait(false);
            var parts = SignalParts.Split(batch, node.Router, left);
            try
            {
                var posted = await SignalParts.PostAsync(parts, node.Router, node.Clock, cancellationToken).ConfigureAwait(false);
                outcome = outcome.With(await SignalParts.OutcomeAsync(parts, posted).ConfigureAwait(false));
                cancellationToken.ThrowIfCancellationRequested();
                onward.AddRange(SignalParts.OnwardOf(parts) ?? []);
                left = SignalParts.MovedOf(parts);
            }
            finally
            {
                foreach (var part in parts)
                    part.Request.Dispose();
            }
        }

        return (outcome, onward);
    }

    // Those of contacts that were erased go nowhere.
    private static RecordOutcome TakeErased(SignalBatch batch, List<OnwardSignal> signals)
    {
        List<Rejection>? rejections = null;
        foreach (var signal in signals)
        {
            if (signal.Into == ContactRedirects.Nobody)
                (rejections ??= []).Add(ErasedContact.Rejection(batch.Slices[signal.Slice].Index));
        }

        if (rejections is null)
            return default;
        signals.RemoveAll(signal => signal.Into == ContactRedirects.Nobody);
        return new RecordOutcome(0, 0) { Rejections = rejections };
    }

    private SignalBatch? OnwardOf(SignalBatch batch, List<OnwardSignal>? signals)
    {
        if (signals is null or [])
            return null;
        // In the order in which they were sent, whichever lanes they come back from.
        signals.Sort(static (left, right) => left.Slice.CompareTo(right.Slice));
        return OnwardSignals.Of(batch, signals, node.Router.PartitionCount);
    }
}
