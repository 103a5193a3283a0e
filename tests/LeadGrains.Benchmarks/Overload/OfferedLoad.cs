using System.Diagnostics;
using Grpc.Core;
using Grpc.Net.Client;
using LeadGrains.Benchmarks.Load;

namespace LeadGrains.Benchmarks.Overload;

/// <summary>Sends calls of one batch at a given rate whatever becomes of them: nobody waits for an answer before the next call.</summary>
internal sealed class OfferedLoad(SignalPool pool, Uri server, int batch) : IDisposable
{
    // Nobody on a network has more calls open to one server; what is due beyond it is not sent, and counted.
    private const int MostOpen = 4_096;

    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    private readonly GrpcChannel[] _channels = [.. Enumerable.Range(0, SignalPool.Lanes).Select(_ => GrpcChannel.ForAddress(server))];

    /// <param name="callsPerSecond">The rate.</param>
    /// <param name="length">How long.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="TimeoutException">Calls were never answered.</exception>
    public async Task<OfferedResult> RunAsync(double callsPerSecond, TimeSpan length, CancellationToken cancellationToken)
    {
        var began = Stopwatch.GetTimestamp();
        var lanes = Enumerable.Range(0, SignalPool.Lanes).Select(_ => new OfferedResult()).ToArray();
        await Task.WhenAll(lanes.Select((result, lane) => Task.Run(
            () => OfferAsync(lane, began, callsPerSecond / SignalPool.Lanes, length, result, cancellationToken), CancellationToken.None)));
        return OfferedResult.Of(lanes, Stopwatch.GetElapsedTime(began));
    }

    public void Dispose()
    {
        foreach (var channel in _channels)
            channel.Dispose();
    }

    private async Task OfferAsync(int lane, long began, double perSecond, TimeSpan length, OfferedResult result, CancellationToken cancellationToken)
    {
        var invoker = _channels[lane].CreateCallInvoker();
        var sent = 0L;
        for (var now = TimeSpan.Zero; now < length; now = Stopwatch.GetElapsedTime(began))
        {
            for (var due = (long)(now.TotalSeconds * perSecond); sent < due; sent++)
            {
                var dueAt = began + (long)(sent / perSecond * Stopwatch.Frequency);
                if (!result.TryOpen(MostOpen / SignalPool.Lanes))
                    continue;
                _ = SendAsync(invoker, lane, dueAt, result);
            }

            await Task.Delay(1, cancellationToken);
        }

        var patience = Stopwatch.GetTimestamp();
        while (result.Open > 0)
        {
            if (Stopwatch.GetElapsedTime(patience) > Grace)
                throw new TimeoutException("Calls were neither answered nor refused.");
            await Task.Delay(1, cancellationToken);
        }
    }

    private async Task SendAsync(CallInvoker invoker, int lane, long due, OfferedResult result)
    {
        var sentAt = Stopwatch.GetTimestamp();
        try
        {
            var answer = await invoker.AsyncUnaryCall(IngestCalls.RecordSignals, host: null, default, pool.Take(lane, batch, RequestShape.Unary));
            result.Taken(Stopwatch.GetElapsedTime(sentAt), answer.Recorded);
        }
        catch (RpcException refusal) when (refusal.StatusCode == StatusCode.ResourceExhausted)
        {
            result.Refused(Stopwatch.GetElapsedTime(sentAt), due);
        }
        catch (RpcException fault)
        {
            result.Failed(fault);
        }
    }
}
