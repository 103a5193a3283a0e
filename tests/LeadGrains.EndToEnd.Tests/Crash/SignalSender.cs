using Grpc.Core;
using LeadGrains.EndToEnd.Tests.Processes;

namespace LeadGrains.EndToEnd.Tests.Crash;

/// <summary>Sends bursts of batches on one stream, ahead of the answers, until the server is lost or enough is sent.</summary>
internal sealed class SignalSender(Ledger ledger, Population population, int stream, Random random)
{
    private const int MostOpen = 8, MostSignals = 50, PauseOneIn = 5;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private int _signals;

    /// <summary>Ends when the server is gone, or after <paramref name="mostBatches"/>.</summary>
    public async Task SendAsync(ServerProcess server, int mostBatches, CancellationToken cancellationToken)
    {
        using var call = server.Ingest.StreamSignals(cancellationToken: cancellationToken);
        using var window = new SemaphoreSlim(MostOpen);
        using var lost = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var reading = ReadAsync(call, window, lost);
        try
        {
            for (var batch = 0; batch < mostBatches; batch++)
            {
                await window.WaitAsync(lost.Token);
                await call.RequestStream.WriteAsync(ledger.Open(NextSignals()), lost.Token);
                if (random.Next(PauseOneIn) == 0)
                {
                    await Task.Delay(Pause, lost.Token);
                }
            }

            await call.RequestStream.CompleteAsync();
        }
        catch (Exception failure) when (failure is RpcException or IOException)
        {
            // The server was killed; what is open stays open in the ledger.
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The reading side saw it first.
        }

        await reading;
    }

    private async Task ReadAsync(
        AsyncDuplexStreamingCall<V1.StreamSignalsRequest, V1.StreamSignalsResponse> call, SemaphoreSlim window, CancellationTokenSource lost)
    {
        try
        {
            while (await call.ResponseStream.MoveNext(lost.Token))
            {
                ledger.Acknowledge(call.ResponseStream.Current);
                window.Release();
            }
        }
        catch (RpcException)
        {
            await lost.CancelAsync();
        }
    }

    private List<SentSignal> NextSignals() =>
        [.. Enumerable.Range(0, random.Next(1, MostSignals + 1)).Select(_ => population.Draw(stream, $"{stream}-{_signals++}", random))];
}
