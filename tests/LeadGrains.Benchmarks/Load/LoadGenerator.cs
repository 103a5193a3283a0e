using Grpc.Core;
using LeadGrains.Host.Clients;

namespace LeadGrains.Benchmarks.Load;

/// <summary>Sends signals to one server, or in equal parts to several, over a connection for each lane, as fast as they answer.</summary>
internal sealed class LoadGenerator(SignalPool pool, params Uri[] servers) : IDisposable
{
    private readonly ServerConnection[] _connections =
        [.. Enumerable.Range(0, SignalPool.Lanes).Select(lane => new ServerConnection(servers[lane % servers.Length], TimeProvider.System))];

    /// <summary>Sends until the token fires, and waits for the last answers.</summary>
    /// <param name="shape">How to send.</param>
    /// <param name="over">Ends the sending.</param>
    /// <param name="most">Signals after which the sending ends as well; rounded down to whole batches of each caller.</param>
    /// <returns>Signals, each of which was answered as newly recorded.</returns>
    /// <exception cref="RpcException">A call failed.</exception>
    /// <exception cref="InvalidOperationException">A signal was not newly recorded.</exception>
    public async Task<long> SendAsync(LoadShape shape, CancellationToken over, long most = long.MaxValue)
    {
        var batches = most / shape.Callers / shape.Batch;
        var totals = Enumerable.Range(0, shape.Callers).Select(_ => new LoadTotals()).ToArray();
        await Task.WhenAll(totals.Select((mine, caller) => Task.Run(() => SendAsync(shape, caller % SignalPool.Lanes, batches, mine, over), CancellationToken.None)));
        return totals.Sum(mine => mine.Recorded);
    }

    public void Dispose()
    {
        foreach (var connection in _connections)
        {
            connection.Dispose();
        }
    }

    private Task SendAsync(LoadShape shape, int lane, long batches, LoadTotals totals, CancellationToken over) =>
        shape.Request == RequestShape.Unary ? CallAsync(shape, lane, batches, totals, over) : StreamAsync(shape, lane, batches, totals, over);

    private async Task CallAsync(LoadShape shape, int lane, long batches, LoadTotals totals, CancellationToken over)
    {
        for (long batch = 0; batch < batches && !over.IsCancellationRequested; batch++)
        {
            using var call = _connections[lane].Invoker.AsyncUnaryCall(IngestCalls.RecordSignals, host: null, default, pool.Take(lane, shape.Batch, shape.Request));
            var answer = await call;
            totals.Add(shape.Batch, answer.Recorded, answer.Duplicates, answer.Rejections.Count);
        }
    }

    private async Task StreamAsync(LoadShape shape, int lane, long batches, LoadTotals totals, CancellationToken over)
    {
        var call = _connections[lane].Invoker.AsyncDuplexStreamingCall(IngestCalls.StreamSignals, host: null, default);
        using var pipeline = new BatchPipeline<OutgoingBatch, int>(
            call, shape.Window, (signals, answer) => totals.Add(signals, answer.Recorded, answer.Duplicates, answer.Rejections.Count));
        for (long batch = 0; batch < batches && !over.IsCancellationRequested; batch++)
        {
            await pipeline.SendAsync(0, pool.Take(lane, shape.Batch, shape.Request), shape.Batch, CancellationToken.None);
        }

        await pipeline.CompleteAsync();
    }
}
