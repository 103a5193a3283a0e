using System.Threading.Channels;
using Google.Protobuf;
using Grpc.Core;
using LeadGrains.Cluster.V1;
using LeadGrains.Grains;
using LeadGrains.Grains.Entries;
using LeadGrains.Grains.Partitions;

namespace LeadGrains.Cluster.Peers;

/// <summary>One stream to another node: requests go out in the order in which they are sent, their answers come in any.</summary>
internal sealed class PeerConnection(
    string address, AsyncDuplexStreamingCall<ExchangeRequest, ExchangeResponse> call, PeerRoom room, PeerOptions options, TimeProvider clock)
{
    /// <summary>The most that a frame adds to the bytes of a request or an answer.</summary>
    public const int FrameBytes = 32;

    // Of whose request the bytes are on their way first: so many looks at what is overdue in the time that it has.
    private const int LooksWithin = 8;

    private static readonly WriteOptions MoreFollows = new(WriteFlags.BufferHint);

    private readonly Lock _gate = new();
    private readonly Dictionary<ulong, Pending> _pending = [];
    private readonly Channel<Outgoing> _outgoing = Channel.CreateUnbounded<Outgoing>(new UnboundedChannelOptions { SingleReader = true });
    private ulong _last;
    private ulong _written;
    private bool _isClosed;

    /// <summary>Sends a request that has its place in the room, and ends it.</summary>
    public void Send(PartitionRequest request)
    {
        var bytes = new PooledBuffer();
        request.Write(bytes);
        if (bytes.WrittenCount > Limits.PeerMessageBytes)
        {
            Drop(request, bytes, new PartitionUnavailableException($"A request of {bytes.WrittenCount:N0} bytes is too long for another node."));
            return;
        }

        lock (_gate)
        {
            if (!_isClosed)
            {
                _pending.Add(++_last, new Pending(request, clock.GetTimestamp()));
                _outgoing.Writer.TryWrite(new Outgoing(_last, bytes));
                return;
            }
        }

        Drop(request, bytes, new PartitionMovedException());
    }

    /// <summary>Carries until either side ends it.</summary>
    /// <exception cref="RpcException">Why the other node, or the way there, ended it.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task[] running = [ReadAsync(ending.Token), WriteAsync(ending.Token), WatchAsync(ending.Token)];
        var ended = await Task.WhenAny(running);
        await ending.CancelAsync();
        call.Dispose();
        await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await ended;
    }

    /// <summary>Ends what has no answer. What was not written yet was not done.</summary>
    public void Close()
    {
        KeyValuePair<ulong, Pending>[] left;
        lock (_gate)
        {
            _isClosed = true;
            left = [.. _pending];
            _pending.Clear();
        }

        while (_outgoing.Reader.TryRead(out var outgoing))
            outgoing.Bytes.Dispose();
        foreach (var (id, pending) in left)
        {
            End(pending, id > _written
                ? new PartitionMovedException()
                : new PartitionUnavailableException($"The link to {address} broke. Sending all again is safe."));
        }
    }

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        while (await call.ResponseStream.MoveNext(cancellationToken))
        {
            var response = call.ResponseStream.Current;
            if (!TryTake(response.Id, out var pending))
                continue;
            room.Leave(pending.Request.Load);
            pending.Request.Complete(response.Answer.Memory);
        }
    }

    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        while (await _outgoing.Reader.WaitToReadAsync(cancellationToken))
        {
            while (_outgoing.Reader.TryRead(out var next))
            {
                using var bytes = next.Bytes;
                Volatile.Write(ref _written, next.Id);
                call.RequestStream.WriteOptions = _outgoing.Reader.TryPeek(out _) ? MoreFollows : WriteOptions.Default;
                await call.RequestStream.WriteAsync(
                    new ExchangeRequest { Id = next.Id, Request = UnsafeByteOperations.UnsafeWrap(bytes.WrittenMemory) }, cancellationToken);
            }
        }
    }

    // The ids rise with the time, but answers come in any order.
    private async Task WatchAsync(CancellationToken cancellationToken)
    {
        var overdue = new List<Pending>();
        while (true)
        {
            await Task.Delay(options.AnswerWithin / LooksWithin, clock, cancellationToken);
            lock (_gate)
            {
                foreach (var (id, pending) in _pending)
                {
                    if (pending.Request.TakesItsTime || clock.GetElapsedTime(pending.SentAt) < options.AnswerWithin)
                        continue;
                    overdue.Add(pending);
                    _pending.Remove(id);
                }
            }

            foreach (var pending in overdue)
                End(pending, new PartitionUnavailableException($"{address} has not answered in {options.AnswerWithin.TotalSeconds:0} s. Sending all again is safe."));
            overdue.Clear();
        }
    }

    private bool TryTake(ulong id, out Pending pending)
    {
        lock (_gate)
            return _pending.Remove(id, out pending);
    }

    private void End(Pending pending, GrainException reason)
    {
        room.Leave(pending.Request.Load);
        pending.Request.Break(reason);
    }

    private void Drop(PartitionRequest request, PooledBuffer bytes, GrainException reason)
    {
        bytes.Dispose();
        room.Leave(request.Load);
        request.Break(reason);
    }

    private readonly record struct Pending(PartitionRequest Request, long SentAt);

    private readonly record struct Outgoing(ulong Id, PooledBuffer Bytes);
}
