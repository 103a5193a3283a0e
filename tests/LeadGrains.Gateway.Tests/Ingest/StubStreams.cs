using System.Buffers;
using System.Threading.Channels;
using Google.Protobuf;
using Grpc.Core;
using LeadGrains.Grains.Signals;

namespace LeadGrains.Gateway.Tests.Ingest;

/// <summary>The requests of a stream without a transport. Counts how many have been read.</summary>
internal sealed class StubRequests : IAsyncStreamReader<SignalBatch>
{
    private readonly Channel<SignalBatch> _sent = Channel.CreateUnbounded<SignalBatch>();
    private int _read;

    public SignalBatch Current { get; private set; } = null!;

    public int Read => Volatile.Read(ref _read);

    public void Send(params IEnumerable<ulong> numbers)
    {
        foreach (var number in numbers)
        {
            var message = new V1.StreamSignalsRequest { Batch = number };
            _sent.Writer.TryWrite(SignalBatch.Read(new ReadOnlySequence<byte>(message.ToByteArray()), SignalMessage.StreamRequest));
        }
    }

    public void End(Exception? fault = null) => _sent.Writer.Complete(fault);

    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        if (!await _sent.Reader.WaitToReadAsync(cancellationToken))
            return false;
        Current = await _sent.Reader.ReadAsync(cancellationToken);
        Interlocked.Increment(ref _read);
        return true;
    }
}

/// <summary>The responses of a stream without a transport.</summary>
internal sealed class StubResponses : IServerStreamWriter<V1.StreamSignalsResponse>
{
    private readonly Channel<ulong> _batches = Channel.CreateUnbounded<ulong>();

    public WriteOptions? WriteOptions { get; set; }

    public ChannelReader<ulong> Batches => _batches.Reader;

    public List<ulong> Rest()
    {
        var rest = new List<ulong>();
        while (_batches.Reader.TryRead(out var batch))
            rest.Add(batch);
        return rest;
    }

    public Task WriteAsync(V1.StreamSignalsResponse message)
    {
        _batches.Writer.TryWrite(message.Batch);
        return Task.CompletedTask;
    }
}

/// <summary>Batches that are recorded when the test says so.</summary>
internal sealed class StubRecording
{
    private readonly Dictionary<ulong, TaskCompletionSource> _begun = [];

    public CancellationToken Work { get; private set; }

    public int Begun
    {
        get
        {
            lock (_begun)
                return _begun.Count;
        }
    }

    public async Task<V1.StreamSignalsResponse> RecordAsync(SignalBatch batch, CancellationToken work)
    {
        Work = work;
        var number = batch.BatchNumber;
        batch.Dispose();
        await Of(number).Task.WaitAsync(work);
        return new V1.StreamSignalsResponse { Batch = number };
    }

    public void Finish(params IEnumerable<ulong> numbers)
    {
        foreach (var number in numbers)
            Of(number).TrySetResult();
    }

    public void Fail(ulong number, Exception fault) => Of(number).TrySetException(fault);

    private TaskCompletionSource Of(ulong number)
    {
        lock (_begun)
        {
            if (!_begun.TryGetValue(number, out var begun))
                _begun.Add(number, begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            return begun;
        }
    }
}
