using System.Runtime.ExceptionServices;
using System.Threading.Channels;
using Google.Protobuf;
using Grpc.Core;
using LeadGrains.Cluster.V1;
using LeadGrains.Grains;

namespace LeadGrains.Cluster.Peers;

/// <summary>Does what other nodes ask: the other end of their links.</summary>
internal sealed class PeerService(PeerServing serving) : PartitionService.PartitionServiceBase
{
    /// <inheritdoc/>
    public override async Task Exchange(
        IAsyncStreamReader<ExchangeRequest> requestStream, IServerStreamWriter<ExchangeResponse> responseStream, ServerCallContext context)
    {
        if (!serving.Secret.IsIn(context.RequestHeaders))
            throw new RpcException(new Status(StatusCode.Unauthenticated, "That is not this cluster's secret."));
        await responseStream.WriteAsync(new ExchangeResponse());
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, serving.Closing);
        var stream = new PeerStream(serving, ending.Token);
        var answering = AnswerAsync(stream.Answers, responseStream, ending);
        try
        {
            while (await requestStream.MoveNext(ending.Token))
                stream.Begin(requestStream.Current.Requests.Memory);
        }
        catch (OperationCanceledException) when (serving.Closing.IsCancellationRequested)
        {
            throw new RpcException(new Status(StatusCode.Unavailable, "The node is shutting down."));
        }
        catch (OperationCanceledException) when (!context.CancellationToken.IsCancellationRequested)
        {
            // Says why no more answers can be given.
            await answering;
        }
        finally
        {
            await ending.CancelAsync();
            await answering.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // Whoever asks no more wants no answers either: the call ends with the first one that cannot be written.
    private static async Task AnswerAsync(PackQueue answers, IServerStreamWriter<ExchangeResponse> responses, CancellationTokenSource ending)
    {
        try
        {
            while (true)
            {
                using var pack = await answers.TakeAsync(ending.Token);
                await responses.WriteAsync(new ExchangeResponse { Answers = UnsafeByteOperations.UnsafeWrap(pack.Bytes) }, ending.Token);
            }
        }
        catch (ChannelClosedException failed)
        {
            ExceptionDispatchInfo.Throw(failed.InnerException!);
        }
        finally
        {
            await ending.CancelAsync();
        }
    }

    /// <summary>What one node has asked and has no answer to yet.</summary>
    private sealed class PeerStream(PeerServing serving, CancellationToken ended)
    {
        private int _open;

        public PackQueue Answers { get; } = new();

        /// <exception cref="InvalidDataException">These are no requests.</exception>
        public void Begin(ReadOnlyMemory<byte> requests)
        {
            while (!requests.IsEmpty)
            {
                var request = Pack.TakeFirst(ref requests, out var id);
                _ = RunAsync(id, request);
            }
        }

        // Requests take their places before this returns for the first time, so that they keep their order.
        private async Task RunAsync(ulong id, ReadOnlyMemory<byte> request)
        {
            Interlocked.Increment(ref _open);
            try
            {
                var answer = await AskAsync(request);
                Answers.Add(id, answer.Span);
            }
            catch (OperationCanceledException)
            {
                // The link is gone, and with it whoever waits.
            }
#pragma warning disable CA1031 // A fault of our own ends the link, and tells whoever wrote the requests that nobody knows.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                Answers.Fail(failure);
            }
            finally
            {
                Interlocked.Decrement(ref _open);
            }
        }

        private Task<ReadOnlyMemory<byte>> AskAsync(ReadOnlyMemory<byte> request)
        {
            if (Volatile.Read(ref _open) > serving.Options.OpenRequests)
                return Task.FromResult(GrainNode.Refusal(new OverloadedException()));
            return serving.Node() is { } node
                ? node.AskAsync(request, ended)
                : Task.FromResult(GrainNode.Refusal(new PartitionMovedException()));
        }
    }
}
