using LeadGrains.Host.Clients;
using LeadGrains.Host.Loading;

namespace LeadGrains.Benchmarks.Load;

/// <summary>
/// Streams batches at a given rate, at instants fixed before the run. Latency counts from these to the answer, so a
/// server that stalls is charged with every batch that it kept waiting.
/// </summary>
internal sealed class PacedLoad(SignalPool pool, Uri server, LoadShape shape, double signalsPerSecond)
{
    /// <summary>At a given rate the transport's flow control holds the sender back, not this.</summary>
    private const int OpenWindow = 4_096;

    /// <summary>How far a run may fall behind its time before it is given up.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    private readonly TimeSpan _interval = TimeSpan.FromSeconds(shape.Batch * SignalPool.Lanes / signalsPerSecond);

    /// <param name="settling">For how long batches are sent that are not counted.</param>
    /// <param name="length">For how long those after them are sent.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="TimeoutException">The server did not keep up with the rate.</exception>
    public async Task<PacedResult> RunAsync(TimeSpan settling, TimeSpan length, CancellationToken cancellationToken)
    {
        var clock = TimeProvider.System;
        var began = clock.GetTimestamp();
        var from = began + (long)(settling.TotalSeconds * clock.TimestampFrequency);
        var end = from + (long)(length.TotalSeconds * clock.TimestampFrequency);
        var tallies = Enumerable.Range(0, SignalPool.Lanes).Select(_ => new LatencyTally(from)).ToArray();
        using var patience = new CancellationTokenSource(settling + length + Grace, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            await Task.WhenAll(tallies.Select((tally, lane) => Task.Run(
                () => SendAsync(lane, new Pacing(clock, began, _interval, _interval * lane / SignalPool.Lanes), end, tally, either.Token), CancellationToken.None)));
        }
        catch (OperationCanceledException late) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException("The server did not keep up with the rate.", late);
        }

        return PacedResult.Of(tallies, clock.GetElapsedTime(from));
    }

    private async Task SendAsync(int lane, Pacing pacing, long end, LatencyTally tally, CancellationToken cancellationToken)
    {
        using var connection = new ServerConnection(server, TimeProvider.System);
        using var pipeline = new BatchPipeline<OutgoingBatch, long>(
            connection.Invoker.AsyncDuplexStreamingCall(IngestCalls.StreamSignals, host: null, default), OpenWindow, (due, answer) => tally.Add(due, shape.Batch, answer));
        for (long number = 0; ; number++)
        {
            var due = await pacing.WaitAsync(number, cancellationToken);
            if (due >= end)
                break;
            await pipeline.SendAsync(0, pool.Take(lane, shape.Batch, RequestShape.Stream), due, cancellationToken);
        }

        await pipeline.CompleteAsync().WaitAsync(cancellationToken);
    }
}
