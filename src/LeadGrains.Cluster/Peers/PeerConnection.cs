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
    /// <summary>The most that a message adds to the bytes of one request or answer.</summary>
    public const int FrameBytes = 32;

    // Of whose request the bytes are on their way first: so many looks at what is overdue in the time that it has.
    private const int LooksWithin = 8;

    private readonly Lock _gate = new();
    private readonly Dictionary<ulong, Pending> _pending = [];
    private readonly PackQueue _outgoing = new();
    private ulong _last;
    private ulong _written;
    private bool _isClosed;

    /// <summary>Sends a request that has its place in the room, and ends it.</summary>
    public void Send(PartitionRequest request)
    {
        using var bytes = new PooledBuffer();
        request.Write(bytes);
        if (bytes.WrittenCount > Limits.PeerMessageBytes)
        {
            Drop(request, new PartitionUnavailableException($"A request of {bytes.WrittenCount:N0} bytes is too long for another node."));
            return;
        }

        lock (_gate)
        {
            if (!_isClosed)
            {
                _pending.Add(++_last, new Pending(request, clock.GetTimestamp()));
                _outgoing.Add(_last, bytes.WrittenSpan);
                return;
            }
        }

        Drop(request, new PartitionMovedException());
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

        _outgoing.Clear();
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
            for (var left = call.ResponseStream.Current.Answers.Memory; !left.IsEmpty;)
            {
                var answer = Pack.TakeFirst(ref left, out var id);
                if (!TryTake(id, out var pending))
                    continue;
                room.Leave(pending.Request.Load);
                pending.Request.Complete(answer);
            }
        }
    }

    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            using var pack = await _outgoing.TakeAsync(cancellationToken);
            Volatile.Write(ref _written, pack.LastId);
            await call.RequestStream.WriteAsync(new ExchangeRequest { Requests = UnsafeByteOperations.UnsafeWrap(pack.Bytes) }, cancellationToken);
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

    private void Drop(PartitionRequest request, GrainException reason)
    {
        room.Leave(request.Load);
        request.Break(reason);
    }

    private readonly record struct Pending(PartitionRequest Request, long SentAt);
}
