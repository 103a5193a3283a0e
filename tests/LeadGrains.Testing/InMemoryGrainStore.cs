using LeadGrains.Grains;
using LeadGrains.Grains.Storage;

namespace LeadGrains.Testing;

/// <summary>A grain store in memory with the promises of a real one, and with the faults that tests need.</summary>
public sealed class InMemoryGrainStore : IGrainStore
{
    private readonly Lock _gate = new();
    private readonly StoredGrains _grains;
    private readonly TestGate _writes = new();
    private readonly TestGate _reads = new();
    private bool _crashed;
    private long _rowsRead;
    private long _rowsWritten;

    /// <summary>An empty store.</summary>
    public InMemoryGrainStore(int partitionCount)
        : this(new StoredGrains(partitionCount))
    {
    }

    private InMemoryGrainStore(StoredGrains grains) => _grains = grains;

    /// <inheritdoc/>
    public int PartitionCount => _grains.PartitionCount;

    /// <summary>How many of the latest writes <see cref="Crash"/> can take back.</summary>
    public int UndoableWrites
    {
        get
        {
            lock (_gate)
                return _grains.UndoableWrites;
        }
    }

    /// <summary>Rows that <see cref="ReadAsync"/> was asked for since the beginning.</summary>
    public long RowsRead => Interlocked.Read(ref _rowsRead);

    /// <summary>Rows that <see cref="WriteAsync"/> was given since the beginning.</summary>
    public long RowsWritten => Interlocked.Read(ref _rowsWritten);

    /// <summary>The whole row as it was written, with what a store does not read back.</summary>
    public GrainRow? Inspect(GrainKey key)
    {
        lock (_gate)
            return _grains.Find(key);
    }

    /// <summary>The columns for people of a grain, whether it has a row or not.</summary>
    public GrainSummary? InspectSummary(GrainKey key)
    {
        lock (_gate)
            return _grains.SummaryOf(key);
    }

    /// <summary>Writes of rows and checkpoints that wait because of <see cref="HoldWrites"/>.</summary>
    public int WaitingWrites => _writes.Waiting;

    /// <summary>From now on rows and checkpoints wait before they are written.</summary>
    public void HoldWrites() => _writes.Hold();

    /// <summary>Lets the waiting writes and all later ones through.</summary>
    public void ReleaseWrites() => _writes.Release();

    /// <summary>Lets a write of rows or of a checkpoint fail, 1 being the next one; those after it succeed.</summary>
    public void FailWrite(int write, Exception failure) => _writes.Fail(write, failure);

    /// <summary>From now on <see cref="ReadAsync"/> waits before it answers.</summary>
    public void HoldReads() => _reads.Hold();

    /// <summary>Lets the waiting reads and all later ones through.</summary>
    public void ReleaseReads() => _reads.Release();

    /// <summary>Lets a call of <see cref="ReadAsync"/> fail, 1 being the next one; those after it succeed.</summary>
    public void FailRead(int read, Exception failure) => _reads.Fail(read, failure);

    /// <summary>
    /// The process dies: waiting calls never complete, and this instance does nothing more. The new instance holds
    /// what was written.
    /// </summary>
    /// <param name="lostWrites">
    /// So many of the latest writes are gone as well, as a loss of power may do: rows and checkpoints are lost in the
    /// reverse order of their writing, so a checkpoint never outlives the rows it speaks of. Models are never lost.
    /// </param>
    public InMemoryGrainStore Crash(int lostWrites = 0)
    {
        lock (_gate)
        {
            _crashed = true;
            return new InMemoryGrainStore(_grains.CopyWithout(lostWrites));
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<long>> ReadCheckpointsAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
            return Task.FromResult<IReadOnlyList<long>>(_grains.Checkpoints());
    }

    /// <inheritdoc/>
    public IEnumerable<ResidentRow> ReadResidents(int firstPartition, int lastPartition, CancellationToken cancellationToken)
    {
        List<GrainRow> rows;
        lock (_gate)
            rows = [.. _grains.Rows.Where(row => row.Partition >= firstPartition && row.Partition <= lastPartition)];
        foreach (var row in rows)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return new ResidentRow(row.Key, row.Partition, row.Version, row.ModelVersion, row.Summary.Stage, row.Resident);
        }
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<GrainRow?>> ReadAsync(IReadOnlyList<GrainKey> keys, CancellationToken cancellationToken)
    {
        await _reads.PassAsync(cancellationToken);
        Interlocked.Add(ref _rowsRead, keys.Count);
        lock (_gate)
            return [.. keys.Select(_grains.Read)];
    }

    /// <inheritdoc/>
    public async Task WriteAsync(int partition, long epoch, IReadOnlyList<GrainRow> rows, CancellationToken cancellationToken)
    {
        await PassWriteAsync(cancellationToken);
        Interlocked.Add(ref _rowsWritten, rows.Count);
        lock (_gate)
        {
            if (!_crashed)
                _grains.Write(partition, rows);
        }
    }

    /// <inheritdoc/>
    public async Task RefreshSummariesAsync(
        int partition, long epoch, IReadOnlyList<SummaryRow> rows, CancellationToken cancellationToken)
    {
        await PassWriteAsync(cancellationToken);
        lock (_gate)
        {
            if (!_crashed)
                _grains.Refresh(rows);
        }
    }

    /// <inheritdoc/>
    public async Task SaveCheckpointAsync(int partition, long epoch, long sequence, CancellationToken cancellationToken)
    {
        await PassWriteAsync(cancellationToken);
        lock (_gate)
        {
            if (!_crashed)
                _grains.SaveCheckpoint(partition, sequence);
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<StoredModel>> ReadModelsAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
            return Task.FromResult<IReadOnlyList<StoredModel>>([.. _grains.Models]);
    }

    /// <inheritdoc/>
    public Task SaveModelAsync(StoredModel model, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (!_crashed)
                _grains.SaveModel(model);
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    // A dead process is never answered.
    private async Task PassWriteAsync(CancellationToken cancellationToken)
    {
        await _writes.PassAsync(cancellationToken);
        if (IsCrashed())
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
    }

    private bool IsCrashed()
    {
        lock (_gate)
            return _crashed;
    }
}
