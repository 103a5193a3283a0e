using System.Collections.Concurrent;
using LeadGrains.Grains;
using LeadGrains.Grains.Storage;

namespace LeadGrains.Storage.Embedded.Sqlite;

/// <summary>
/// The tables of one generation: written by the file's only writer, read by some connections of its own. The epochs are
/// not looked at, since the folder's lock leaves one owner.
/// </summary>
internal sealed class SqliteGeneration : IGrainGeneration, IAsyncDisposable
{
    // More would not make reads of one disk faster.
    private const int MaxReaders = 4;

    private readonly string _path;
    private readonly SqliteWriting _writing;
    private readonly int _partitionCount;
    private readonly GrainRowWriter _rows;
    private readonly SqliteStatement _saveCheckpoint;
    private readonly SemaphoreSlim _reading = new(MaxReaders, MaxReaders);
    private readonly ConcurrentBag<GrainRowReader> _readers = [];

    /// <summary>The tables are there. No work runs on the writer.</summary>
    public SqliteGeneration(string path, SqliteWriting writing, long number, int partitionCount)
    {
        _path = path;
        _writing = writing;
        Number = number;
        _partitionCount = partitionCount;
        _rows = new GrainRowWriter(writing.File, number, partitionCount);
        _saveCheckpoint = writing.File.Prepare(
            $"INSERT INTO checkpoints_{number} (partition, sequence) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET sequence = max(sequence, ?2)");
    }

    /// <summary>From 1; the names of its tables end in it.</summary>
    public long Number { get; }

    /// <inheritdoc/>
    public Task<IReadOnlyList<long>> ReadCheckpointsAsync(CancellationToken cancellationToken) => Task.Run<IReadOnlyList<long>>(
        () =>
        {
            using var file = SqliteFile.OpenReader(_path);
            var checkpoints = new long[_partitionCount];
            var rows = file.Prepare($"SELECT partition, sequence FROM checkpoints_{Number}");
            while (rows.Step())
                checkpoints[rows.Int64(0)] = rows.Int64(1);
            return checkpoints;
        },
        cancellationToken);

    /// <inheritdoc/>
    public IEnumerable<ResidentRow> ReadResidents(int firstPartition, int lastPartition, CancellationToken cancellationToken)
    {
        using var file = SqliteFile.OpenReader(_path);
        foreach (var row in new ResidentReader(file, Number).Read(firstPartition, lastPartition, cancellationToken))
            yield return row;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<GrainRow?>> ReadAsync(IReadOnlyList<GrainKey> keys, CancellationToken cancellationToken)
    {
        await _reading.WaitAsync(cancellationToken);
        try
        {
            return await Task.Run<IReadOnlyList<GrainRow?>>(() => Read(keys, cancellationToken), cancellationToken);
        }
        finally
        {
            _reading.Release();
        }
    }

    /// <inheritdoc/>
    public IEnumerable<RestingGrain> ReadAt(IReadOnlyList<long> places, CancellationToken cancellationToken)
    {
        _reading.Wait(cancellationToken);
        var reader = Rent();
        try
        {
            foreach (var grain in reader.ReadAt(places, cancellationToken))
                yield return grain;
        }
        finally
        {
            _readers.Add(reader);
            _reading.Release();
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<GrainRow>> ReadPageAsync(int partition, GrainKey? after, int atMost, CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            using var file = SqliteFile.OpenReader(_path);
            return new GrainPageReader(file, Number).Read(partition, after, atMost, cancellationToken);
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task WriteAsync(int partition, long epoch, IReadOnlyList<GrainRow> rows, CancellationToken cancellationToken)
    {
        foreach (var row in rows)
            CheckPartition(row.Key, row.Partition, partition);
        return _writing.InTransactionAsync(
            () =>
            {
                foreach (var row in rows)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    _rows.Write(row);
                }
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task RefreshSummariesAsync(int partition, long epoch, IReadOnlyList<SummaryRow> rows, CancellationToken cancellationToken)
    {
        foreach (var row in rows)
            CheckPartition(row.Key, row.Partition, partition);
        return _writing.InTransactionAsync(
            () =>
            {
                foreach (var row in rows)
                    _rows.Refresh(row);
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task SaveCheckpointAsync(int partition, long epoch, long sequence, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)partition, (uint)_partitionCount, nameof(partition));
        return _writing.InTransactionAsync(
            () =>
            {
                _saveCheckpoint.Bind(1, (long)partition);
                _saveCheckpoint.Bind(2, sequence);
                _saveCheckpoint.Execute();
            },
            cancellationToken);
    }

    /// <summary>Lets go of the tables, so that they can be dropped. No work runs on the writer, and all reads have ended.</summary>
    public void Release()
    {
        _rows.Dispose();
        _writing.File.Release(_saveCheckpoint);
    }

    /// <summary>Waits for the reads that run and closes their connections. Writing ends with the writer.</summary>
    public async ValueTask DisposeAsync()
    {
        for (var reader = 0; reader < MaxReaders; reader++)
            await _reading.WaitAsync();
        foreach (var reader in _readers)
            reader.Dispose();
        _reading.Dispose();
    }

    private static void CheckPartition(GrainKey key, int partition, int expected)
    {
        if (partition != expected)
            throw new ArgumentException($"{key} is of partition {partition}, not {expected}.", nameof(partition));
    }

    private GrainRow?[] Read(IReadOnlyList<GrainKey> keys, CancellationToken cancellationToken)
    {
        var reader = Rent();
        try
        {
            return reader.Read(keys, cancellationToken);
        }
        finally
        {
            _readers.Add(reader);
        }
    }

    private GrainRowReader Rent() =>
        _readers.TryTake(out var reader) ? reader : new GrainRowReader(SqliteFile.OpenReader(_path), Number, _partitionCount);
}
