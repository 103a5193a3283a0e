using System.Buffers;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Requests;
using LeadGrains.Grains.Signals;

namespace LeadGrains.Grains;

/// <summary>Splits a batch into the parts of its lanes, and puts together what came of them.</summary>
internal static class SignalParts
{
    // A full queue is tens of milliseconds of work, so looking again this often never lets a loop run dry.
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(1);

    /// <summary>The parts of all signals, or of those at some indices. Whoever asks for them disposes their requests.</summary>
    /// <param name="batch">The signals.</param>
    /// <param name="router">Knows the lanes.</param>
    /// <param name="only">Indices; null for all.</param>
    /// <param name="endOnLoop">See <see cref="RecordSignals"/>.</param>
    public static SignalPart[] Split(SignalBatch batch, IPartitionRouter router, IReadOnlyList<int>? only = null, bool endOnLoop = false)
    {
        if (batch.Slices.IsEmpty)
            return [];
        if (only is null && OnlyLane(batch, router) is { } lane)
            return [new SignalPart(lane, new RecordSignals(batch, null, batch.Slices.Length, endOnLoop))];

        var slices = batch.Slices;
        var count = only?.Count ?? slices.Length;
        // One more for signals whose partition has no known owner.
        var indices = new int[]?[router.LaneCount + 1];
        var counts = new int[indices.Length];
        for (var i = 0; i < count; i++)
        {
            var index = only is null ? i : only[i];
            var at = router.LaneOf(slices[index].Partition) + 1;
            if (at >= indices.Length)
            {
                // A node has joined in between.
                Array.Resize(ref indices, at + 1);
                Array.Resize(ref counts, at + 1);
            }

            (indices[at] ??= ArrayPool<int>.Shared.Rent(count))[counts[at]++] = index;
        }

        var parts = new List<SignalPart>(indices.Length);
        for (var at = 0; at < indices.Length; at++)
        {
            if (counts[at] > 0)
                parts.Add(new SignalPart(at - 1, new RecordSignals(batch, indices[at], counts[at], endOnLoop)));
        }

        return [.. parts];
    }

    /// <summary>Posts them in their order, each once it finds room; gives how many had found it when that was cancelled.</summary>
    public static async ValueTask<int> PostAsync(
        SignalPart[] parts, IPartitionRouter router, TimeProvider clock, CancellationToken cancellationToken)
    {
        var posted = 0;
        while (posted < parts.Length && !cancellationToken.IsCancellationRequested)
        {
            if (router.TrySend(parts[posted].Lane, parts[posted].Request))
                posted++;
            else
                await Task.Delay(BetweenLooks, clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return posted;
    }

    /// <summary>What all of the first <paramref name="posted"/> answer together, once every one has.</summary>
    public static async Task<RecordOutcome> OutcomeAsync(SignalPart[] parts, int posted)
    {
        var outcomes = await Task.WhenAll(parts.Take(posted).Select(part => part.Request.Done)).ConfigureAwait(false);
        return new RecordOutcome(
            (uint)outcomes.Sum(outcome => outcome.Recorded), (uint)outcomes.Sum(outcome => outcome.Duplicates));
    }

    /// <summary>Signals that came back undone since their contact leads to another one; null where there are none.</summary>
    public static List<OnwardSignal>? OnwardOf(SignalPart[] parts)
    {
        List<OnwardSignal>? signals = null;
        foreach (var part in parts)
        {
            if (part.Request.Onward is { } some)
                (signals ??= []).AddRange(some);
        }

        return signals;
    }

    /// <summary>Signals that came back undone since nobody drives their partition where it was asked for; null where there are none.</summary>
    public static List<int>? MovedOf(SignalPart[] parts)
    {
        List<int>? signals = null;
        foreach (var part in parts)
        {
            if (part.Request.Moved is { } some)
                (signals ??= []).AddRange(some);
        }

        signals?.Sort();
        return signals;
    }

    private static int? OnlyLane(SignalBatch batch, IPartitionRouter router)
    {
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
}

/// <summary>The signals of a batch that go to one lane; -1 where no owner is known.</summary>
internal readonly record struct SignalPart(int Lane, RecordSignals Request);
