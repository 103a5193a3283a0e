using System.Buffers;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Requests;
using LeadGrains.Grains.Signals;

namespace LeadGrains.Grains;

/// <summary>Takes batches to the lanes of their signals, split only where these differ, and disposes them when all have answered.</summary>
internal sealed class SignalSender(NodeContext node)
{
    // A full queue is tens of milliseconds of work, so looking again this often never lets a loop run dry.
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(1);

    /// <summary>Posts what finds room at once; where a part does not, the batch is refused.</summary>
    public Task<RecordOutcome> SendAsync(SignalBatch batch, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            return FinishAsync(batch, [], posted: 0, new OperationCanceledException(cancellationToken), cancellationToken);
        var parts = Split(batch);
        var posted = 0;
        while (posted < parts.Length && TryPost(parts[posted]))
            posted++;
        return FinishAsync(batch, parts, posted, posted < parts.Length ? new OverloadedException() : null, cancellationToken);
    }

    /// <summary>Waits until every part has found room, and gives the outcome to wait for.</summary>
    public async ValueTask<Task<RecordOutcome>> EnqueueAsync(SignalBatch batch, CancellationToken cancellationToken)
    {
        var parts = Split(batch);
        var posted = 0;
        while (posted < parts.Length && !cancellationToken.IsCancellationRequested)
        {
            if (TryPost(parts[posted]))
                posted++;
            else
                await Task.Delay(BetweenLooks, node.Clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return FinishAsync(
            batch, parts, posted, posted < parts.Length ? new OperationCanceledException(cancellationToken) : null, cancellationToken);
    }

    // Signals whose contact leads to another one come back undone and go on from here: only where they end up can they be
    // acknowledged. Redirects never lead in a circle, so this ends.
    private async Task<RecordOutcome> FinishAsync(
        SignalBatch batch, Part[] parts, int posted, Exception? refused, CancellationToken cancellationToken)
    {
        RecordOutcome outcome;
        SignalBatch? onward;
        try
        {
            // The batch's bytes are in use until every lane has answered, whatever became of the others.
            outcome = await (posted == 1 ? parts[0].Request.Done : OutcomeAsync(parts.Take(posted))).ConfigureAwait(false);
            if (refused is not null)
                throw refused;
            onward = OnwardOf(batch, parts);
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
        return new RecordOutcome(outcome.Recorded + rest.Recorded, outcome.Duplicates + rest.Duplicates);
    }

    private static async Task<RecordOutcome> OutcomeAsync(IEnumerable<Part> parts)
    {
        var outcomes = await Task.WhenAll(parts.Select(part => part.Request.Done)).ConfigureAwait(false);
        return new RecordOutcome(
            (uint)outcomes.Sum(outcome => outcome.Recorded), (uint)outcomes.Sum(outcome => outcome.Duplicates));
    }

    private SignalBatch? OnwardOf(SignalBatch batch, Part[] parts)
    {
        List<OnwardSignal>? signals = null;
        foreach (var part in parts)
        {
            if (part.Request.Onward is { } some)
                (signals ??= []).AddRange(some);
        }

        if (signals is null)
            return null;
        // In the order in which they were sent, whichever lanes they come back from.
        signals.Sort(static (left, right) => left.Slice.CompareTo(right.Slice));
        return OnwardSignals.Of(batch, signals, node.Router.PartitionCount);
    }

    private bool TryPost(Part part) => node.Router.TryPost(part.Lane, part.Request);

    private Part[] Split(SignalBatch batch)
    {
        if (batch.Slices.IsEmpty)
            return [];
        if (OnlyLane(batch) is { } only)
            return [new Part(only, new RecordSignals(batch, null, batch.Slices.Length))];

        var router = node.Router;
        var slices = batch.Slices;
        var indices = new int[router.LaneCount][];
        var counts = new int[router.LaneCount];
        for (var i = 0; i < slices.Length; i++)
        {
            var lane = router.LaneOf(slices[i].Partition);
            indices[lane] ??= ArrayPool<int>.Shared.Rent(slices.Length);
            indices[lane][counts[lane]++] = i;
        }

        var parts = new List<Part>(indices.Length);
        for (var lane = 0; lane < indices.Length; lane++)
        {
            if (counts[lane] > 0)
                parts.Add(new Part(lane, new RecordSignals(batch, indices[lane], counts[lane])));
        }

        return [.. parts];
    }

    private int? OnlyLane(SignalBatch batch)
    {
        var router = node.Router;
        if (router.LaneCount == 1)
            return 0;
        var slices = batch.Slices;
        var lane = router.LaneOf(slices[0].Partition);
        for (var i = 1; i < slices.Length; i++)
        {
            if (router.LaneOf(slices[i].Partition) != lane)
                return null;
        }

        return lane;
    }

    /// <summary>The signals of a batch that go to one lane.</summary>
    private readonly record struct Part(int Lane, RecordSignals Request);
}
