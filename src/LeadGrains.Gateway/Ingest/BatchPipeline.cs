using System.Threading.Channels;
using Grpc.Core;
using LeadGrains.Gateway.Calls;
using LeadGrains.Grains.Signals;

namespace LeadGrains.Gateway.Ingest;

/// <summary>
/// Carries one stream: batches are begun in the order they come, several at a time, and answered in that order. While
/// the bound of batches is under way nothing is read, so that flow control holds the caller back.
/// </summary>
/// <param name="begin">
/// Takes a batch over, waits until it has its place behind those before it, and gives the answer to wait for.
/// </param>
internal sealed class BatchPipeline(Func<SignalBatch, CancellationToken, ValueTask<Task<V1.StreamSignalsResponse>>> begin)
{
    /// <summary>Batches of one stream that are under way at a time.</summary>
    public const int MaxUnderWay = 16;

    // The batch whose answer is being waited for and sent is no longer in the channel.
    private readonly Channel<Task<V1.StreamSignalsResponse>> _answers = Channel.CreateBounded<Task<V1.StreamSignalsResponse>>(
        new BoundedChannelOptions(MaxUnderWay - 1) { SingleReader = true, SingleWriter = true });

    /// <summary>
    /// Runs to the end of the requests and the last answer. A fault in a request, or in recording it, ends the run
    /// after the answers to the batches before it.
    /// </summary>
    /// <param name="requests">The caller's batches.</param>
    /// <param name="responses">The way back.</param>
    /// <param name="closing">Ends the reading; what has been read is still answered.</param>
    /// <param name="ended">Ends everything: nobody waits any more.</param>
    public async Task RunAsync(
        IAsyncStreamReader<SignalBatch> requests,
        IServerStreamWriter<V1.StreamSignalsResponse> responses,
        CancellationToken closing,
        CancellationToken ended)
    {
        using var work = CancellationTokenSource.CreateLinkedTokenSource(ended);
        using var reading = CancellationTokenSource.CreateLinkedTokenSource(work.Token, closing);
        var reader = ReadAsync(requests, reading.Token, work.Token);
        try
        {
            await foreach (var answer in _answers.Reader.ReadAllAsync(work.Token))
                await responses.WriteAsync(await answer);
        }
        finally
        {
            await work.CancelAsync();
            await reader;
            await ForgetAsync();
        }
    }

    private async Task ReadAsync(IAsyncStreamReader<SignalBatch> requests, CancellationToken reading, CancellationToken work)
    {
        try
        {
            // There is room for the next batch before it is read.
            while (await _answers.Writer.WaitToWriteAsync(reading) && await MoveNextAsync(requests, reading))
                _answers.Writer.TryWrite(await begin(requests.Current, work));
            _answers.Writer.Complete();
        }
        catch (Exception fault)
        {
            // The writer throws it once the answers before it are sent.
            _answers.Writer.Complete(fault);
        }
    }

    // Only here is an IOException the caller's: one of the journal's must stay ours.
    private static async Task<bool> MoveNextAsync(IAsyncStreamReader<SignalBatch> requests, CancellationToken reading)
    {
        try
        {
            return await requests.MoveNext(reading);
        }
        catch (IOException broken)
        {
            throw new BrokenRequestsException(broken);
        }
    }

    // After a fault the batches behind it may still be under way. Their outcome reaches nobody, but they must be over
    // before the call is.
    private async Task ForgetAsync()
    {
        while (_answers.Reader.TryRead(out var answer))
            await ((Task)answer).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
