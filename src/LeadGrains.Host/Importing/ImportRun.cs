using LeadGrains.Host.Clients;
using LeadGrains.Host.Terminals;
using LeadGrains.V1;

namespace LeadGrains.Host.Importing;

/// <summary>Sends a file's signals over one stream, several batches ahead of the answers.</summary>
/// <param name="connection">The server.</param>
/// <param name="batchSize">Signals in a batch, at most 10,000.</param>
/// <param name="summary">What became of them; right at any time, also when the run fails.</param>
/// <param name="progress">Told after each answer.</param>
internal sealed class ImportRun(ServerConnection connection, int batchSize, ImportSummary summary, Progress progress)
{
    private const int BatchesUnderWay = 8;

    /// <summary>Keeps a batch well below the 4 MiB that gRPC servers take in one message.</summary>
    private const int MaxBatchBytes = 1 << 20;

    private readonly Lock _counting = new();

    /// <summary>Reads, sends, and returns once every batch is answered.</summary>
    /// <param name="file">Plain or gzipped JSON lines.</param>
    /// <param name="fraction">How much of the file has been read, 0 to 1, where that is known.</param>
    /// <param name="cancellationToken">Ends the run; what was recorded stays so.</param>
    public async Task RunAsync(Stream file, Func<double?> fraction, CancellationToken cancellationToken)
    {
        using var pipeline = new BatchPipeline<StreamSignalsRequest, IReadOnlyList<long>>(
            connection.Ingest.StreamSignals(cancellationToken: cancellationToken), BatchesUnderWay, (lines, answer) => Count(lines, answer, fraction));
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
                await pipeline.SendAsync(batch.Request.Batch, batch.Request, batch.Lines, cancellationToken);
                batch = new Batch(batch.Request.Batch + 1);
            }

            batch.Add(line);
        }

        if (batch.Lines.Count > 0)
        {
            await pipeline.SendAsync(batch.Request.Batch, batch.Request, batch.Lines, cancellationToken);
        }

        await pipeline.CompleteAsync();
    }

    private void Count(IReadOnlyList<long> lines, StreamSignalsResponse answer, Func<double?> fraction)
    {
        lock (_counting)
        {
            summary.AddAnswer(lines, answer);
            progress.Report(summary.Short(), fraction());
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
