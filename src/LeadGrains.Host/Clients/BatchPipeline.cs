using System.Globalization;
using System.Threading.Channels;
using Grpc.Core;
using LeadGrains.V1;

namespace LeadGrains.Host.Clients;

/// <summary>
/// One StreamSignals call with several batches under way. Answers come in the order of the batches; when as many
/// batches as the window allows are unanswered, sending waits.
/// </summary>
/// <typeparam name="TRequest">The request message, in whatever form the caller encodes it.</typeparam>
/// <typeparam name="TSent">What the caller remembers of a batch until its answer is there.</typeparam>
internal sealed class BatchPipeline<TRequest, TSent> : IDisposable
{
    private readonly AsyncDuplexStreamingCall<TRequest, StreamSignalsResponse> _call;
    private readonly Action<TSent, StreamSignalsResponse> _answered;
    private readonly Channel<(ulong Batch, TSent Sent)> _underWay;
    private readonly Task _receiving;

    /// <param name="call">The call; the pipeline ends it.</param>
    /// <param name="window">The most batches that are sent and not answered.</param>
    /// <param name="answered">Called for each batch in turn, never by two threads at once.</param>
    public BatchPipeline(AsyncDuplexStreamingCall<TRequest, StreamSignalsResponse> call, int window, Action<TSent, StreamSignalsResponse> answered)
    {
        _call = call;
        _answered = answered;
        _underWay = Channel.CreateBounded<(ulong, TSent)>(new BoundedChannelOptions(window) { SingleReader = true, SingleWriter = true });
        _receiving = ReceiveAsync();
    }

    /// <summary>Sends one batch; returns once it is on its way, not when it is answered. One call at a time.</summary>
    /// <exception cref="RpcException">The call has ended before all batches were answered.</exception>
    public async Task SendAsync(ulong batch, TRequest request, TSent sent, CancellationToken cancellationToken)
    {
        try
        {
            await _underWay.Writer.WriteAsync((batch, sent), cancellationToken);
            await _call.RequestStream.WriteAsync(request, cancellationToken);
        }
        catch (Exception failure) when (failure is ChannelClosedException or RpcException or IOException or InvalidOperationException)
        {
            // The receiving side knows why the call ended; the sending side only that it did.
            await _receiving;
            throw new RpcException(new Status(StatusCode.Unavailable, "The server ended the stream early.", failure));
        }
    }

    /// <summary>Says that no batch follows, and waits for the answers to all of them.</summary>
    /// <exception cref="RpcException">The call has ended before all batches were answered.</exception>
    public async Task CompleteAsync()
    {
        _underWay.Writer.TryComplete();
        await _call.RequestStream.CompleteAsync();
        await _receiving;
    }

    public void Dispose() => _call.Dispose();

    private async Task ReceiveAsync()
    {
        try
        {
            while (await _call.ResponseStream.MoveNext(CancellationToken.None))
            {
                var response = _call.ResponseStream.Current;
                if (!_underWay.Reader.TryRead(out var next) || next.Batch != response.Batch)
                {
                    throw new RpcException(new Status(StatusCode.Internal, string.Create(
                        CultureInfo.InvariantCulture, $"Batch {response.Batch} was answered out of turn.")));
                }

                _answered(next.Sent, response);
            }

            if (_underWay.Reader.TryPeek(out _))
            {
                throw new RpcException(new Status(StatusCode.Unavailable, "The stream ended before all batches were answered."));
            }
        }
        finally
        {
            _underWay.Writer.TryComplete();
        }
    }
}
