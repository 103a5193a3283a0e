using Google.Rpc;
using Grpc.Core;
using LeadGrains.Host.Clients;
using LeadGrains.Host.Terminals;
using LeadGrains.V1;

namespace LeadGrains.Host.Importing;

/// <summary>
/// Sends a file's signals over one stream, several batches ahead of the answers. Where the server says when to come again, such
/// as to a key that has had its signals for now, it waits, and goes on with what is not answered.
/// </summary>
/// <param name="connection">The server.</param>
/// <param name="batchSize">Signals in a batch, at most 10,000.</param>
/// <param name="summary">What became of them; right at any time, also when the run fails.</param>
/// <param name="progress">Told after each answer.</param>
/// <param name="waits">Told, once, why it waits.</param>
/// <param name="clock">Measures that.</param>
internal sealed class ImportRun(
    ServerConnection connection, int batchSize, ImportSummary summary, Progress progress, Action<string> waits, TimeProvider clock) : IDisposable
{
    private const int BatchesUnderWay = 8;

    /// <summary>Keeps a batch well below the 4 MiB that gRPC servers take in one message.</summary>
    private const int MaxBatchBytes = 1 << 20;

    private readonly Lock _counting = new();
    private readonly Queue<Batch> _unanswered = new();
    private BatchPipeline<StreamSignalsRequest, Batch>? _pipeline;
    private Func<double?> _fraction = static () => null;
    private bool _hasWaited;

    /// <summary>Reads, sends, and returns once every batch is answered.</summary>
    /// <param name="file">Plain or gzipped JSON lines.</param>
    /// <param name="fraction">How much of the file has been read, 0 to 1, where that is known.</param>
    /// <param name="cancellationToken">Ends the run; what was recorded stays so.</param>
    public async Task RunAsync(Stream file, Func<double?> fraction, CancellationToken cancellationToken)
    {
        _fraction = fraction;
        _pipeline = Open(cancellationToken);
        var batch = new Batch(1);
        await foreach (var line in SignalLines.ReadAsync(file, cancellationToken))
        {
            if (line.Signal is null)
            {
                lock (_counting)
                {
                    summary.AddUnreadable(line);
                }

                continue;
            }

            summary.Hints.Look(line.Number, line.Signal);
            if (batch.IsFull(line.Bytes, batchSize))
            {
                await SendAsync(batch, cancellationToken);
                batch = new Batch(batch.Request.Batch + 1);
            }

            batch.Add(line);
        }

        if (batch.Lines.Count > 0)
        {
            await SendAsync(batch, cancellationToken);
        }

        await DoAsync(again: [], isLast: true, cancellationToken);
    }

    public void Dispose() => _pipeline?.Dispose();

    private BatchPipeline<StreamSignalsRequest, Batch> Open(CancellationToken cancellationToken) => new(
        connection.Ingest.StreamSignals(cancellationToken: cancellationToken), BatchesUnderWay, Count);

    private Task SendAsync(Batch batch, CancellationToken cancellationToken)
    {
        lock (_counting)
        {
            _unanswered.Enqueue(batch);
        }

        return DoAsync([batch], isLast: false, cancellationToken);
    }

    private async Task DoAsync(Batch[] again, bool isLast, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                foreach (var batch in again)
                {
                    await _pipeline!.SendAsync(batch.Request.Batch, batch.Request, batch, cancellationToken);
                }

                if (isLast)
                {
                    await _pipeline!.CompleteAsync();
                }

                return;
            }
            catch (RpcException refusal) when (WaitOf(refusal) is { } wait)
            {
                Tell(refusal, wait);
                await Task.Delay(wait, clock, cancellationToken);
                _pipeline!.Dispose();
                _pipeline = Open(cancellationToken);
                lock (_counting)
                {
                    again = [.. _unanswered];
                }
            }
        }
    }

    private static TimeSpan? WaitOf(RpcException refusal) => refusal.StatusCode == StatusCode.ResourceExhausted
        ? refusal.GetRpcStatus()?.GetDetail<RetryInfo>()?.RetryDelay?.ToTimeSpan()
        : null;

    private void Tell(RpcException refusal, TimeSpan wait)
    {
        lock (_counting)
        {
            progress.Report(FormattableString.Invariant($"{summary.Short()}; waiting {wait.TotalSeconds:0.0} s for the server"), _fraction());
        }

        if (!_hasWaited)
        {
            waits($"{refusal.Status.Detail} The import waits as long as the server asks for, and goes on by itself.");
        }

        _hasWaited = true;
    }

    private void Count(Batch batch, StreamSignalsResponse answer)
    {
        lock (_counting)
        {
            _unanswered.Dequeue();
            summary.AddAnswer(batch.Lines, answer);
            progress.Report(summary.Short(), _fraction());
        }
    }

    private sealed class Batch(ulong number)
    {
        private int _bytes;

        public StreamSignalsRequest Request { get; } = new() { Batch = number };

        public List<long> Lines { get; } = [];

        public bool IsFull(int nextBytes, int batchSize) =>
            Lines.Count == batchSize || (Lines.Count > 0 && _bytes + nextBytes > MaxBatchBytes);

        public void Add(SignalLine line)
        {
            Request.Signals.Add(line.Signal);
            Lines.Add(line.Number);
            _bytes += line.Bytes;
        }
    }
}
