using System.Collections.Concurrent;
using LeadGrains.Grains;
using LeadGrains.Grains.Storage;
using LeadGrains.Scoring;
using Microsoft.Data.Sqlite;

namespace LeadGrains.Storage.Embedded.Sqlite;

/// <summary>
/// The grains of a node on its own, in one SQLite file: one connection writes, some others read beside it. The epochs
/// are not looked at, since the folder's lock leaves one owner.
/// </summary>
internal sealed class SqliteGrainStore : IGrainStore
{
    // More would not make reads of one disk faster.
    private const int MaxReaders = 4;

    private readonly string _path;
    private readonly StoreIdentity _identity;
    private readonly SqliteFile _writer;
    private readonly GrainRowWriter _rows;
    private readonly SqliteStatement _saveCheckpoint;
    private readonly SqliteStatement _saveModel;
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly SemaphoreSlim _reading = new(MaxReaders, MaxReaders);
    private readonly ConcurrentBag<GrainRowReader> _readers = [];
    private bool _disposed;

    private SqliteGrainStore(string path, SqliteFile writer, StoreIdentity identity)
    {
        _path = path;
        _writer = writer;
        _identity = identity;
        _rows = new GrainRowWriter(writer);
        _saveCheckpoint = writer.Prepare(
            "INSERT INTO checkpoints (partition, sequence) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET sequence = max(sequence, ?2)");
        _saveModel = writer.Prepare(
            "INSERT INTO models (version, content_hash, yaml, published_by, published_at_ticks, comment) VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
    }

    /// <summary>Which store the file belongs to.</summary>
    public StoreIdentity Identity => _identity;

    /// <inheritdoc/>
    public int PartitionCount => _identity.PartitionCount;

    /// <summary>Opens the file, brings it to the current schema, and creates it where there is none.</summary>
    /// <param name="path">The file.</param>
    /// <param name="created">What a new file is given.</param>
    /// <exception cref="StoreUnusableException">It is newer than the program, or no grain store.</exception>
    public static SqliteGrainStore Open(string path, StoreIdentity created)
    {
        SqliteFile? writer = null;
        try
        {
            writer = SqliteFile.OpenWriter(path);
            return new SqliteGrainStore(path, writer, SqliteSchema.Prepare(writer, path, created));
        }
        catch (SqliteException e)
        {
            writer?.Dispose();
            throw new StoreUnusableException($"{path} cannot be opened as a grain store: {e.Message} Restore it from a backup.", e);
        }
        catch
        {
            writer?.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<long>> ReadCheckpointsAsync(CancellationToken cancellationToken) =>
        WithFileAsync<IReadOnlyList<long>>(
            file =>
            {
                var checkpoints = new long[PartitionCount];
                var rows = file.Prepare("SELECT partition, sequence FROM checkpoints");
                while (rows.Step())
                    checkpoints[rows.Int64(0)] = rows.Int64(1);
                return checkpoints;
            },
            cancellationToken);

    /// <inheritdoc/>
    public IEnumerable<ResidentRow> ReadResidents(int firstPartition, int lastPartition, CancellationToken cancellationToken)
    {
        using var file = SqliteFile.OpenReader(_path);
        foreach (var row in new ResidentReader(file).Read(firstPartition, lastPartition, cancellationToken))
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
    public Task WriteAsync(int partition, long epoch, IReadOnlyList<GrainRow> rows, CancellationToken cancellationToken)
    {
        var ordered = rows.ToArray();
        foreach (var row in ordered)
            CheckPartition(row.Key, row.Partition, partition);
        return InTransactionAsync(() => Write(ordered, cancellationToken), cancellationToken);
    }

    /// <inheritdoc/>
    public Task RefreshSummariesAsync(int partition, long epoch, IReadOnlyList<SummaryRow> rows, CancellationToken cancellationToken)
    {
        foreach (var row in rows)
            CheckPartition(row.Key, row.Partition, partition);
        return InTransactionAsync(
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
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)partition, (uint)PartitionCount, nameof(partition));
        return InTransactionAsync(
            () =>
            {
                _saveCheckpoint.Bind(1, (long)partition);
                _saveCheckpoint.Bind(2, sequence);
                _saveCheckpoint.Execute();
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<StoredModel>> ReadModelsAsync(CancellationToken cancellationToken) =>
        WithFileAsync<IReadOnlyList<StoredModel>>(
            file =>
            {
                var models = new List<StoredModel>();
                var rows = file.Prepare(
                    "SELECT version, content_hash, yaml, published_by, published_at_ticks, comment FROM models ORDER BY version");
                while (rows.Step())
                {
                    models.Add(new StoredModel(
                        (uint)rows.Int64(0), rows.Bytes(1).ToArray(), rows.Text(2), rows.Text(3), new Instant(rows.Int64(4)), rows.Text(5)));
                }

                return models;
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task SaveModelAsync(StoredModel model, CancellationToken cancellationToken) => WriteAloneAsync(
        // The journal will speak of the model, so it must not be lost with the latest commits.
        () => _writer.InFlushedTransaction(() => Save(model)), cancellationToken);

    /// <summary>Waits for the calls that run and closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, true))
            return;
        await _writing.WaitAsync();
        for (var reader = 0; reader < MaxReaders; reader++)
            await _reading.WaitAsync();
        foreach (var reader in _readers)
            reader.Dispose();
        _writer.Dispose();
        _writing.Dispose();
        _reading.Dispose();
    }

    private static void CheckPartition(GrainKey key, int partition, int expected)
    {
        if (partition != expected)
            throw new ArgumentException($"{key} is of partition {partition}, not {expected}.", nameof(partition));
    }

    private GrainRow?[] Read(IReadOnlyList<GrainKey> keys, CancellationToken cancellationToken)
    {
        if (!_readers.TryTake(out var reader))
            reader = new GrainRowReader(SqliteFile.OpenReader(_path), PartitionCount);
        try
        {
            return reader.Read(keys, cancellationToken);
        }
        finally
        {
            _readers.Add(reader);
        }
    }

    // In the order they lie in: neighbours are found on the same page.
    private void Write(GrainRow[] rows, CancellationToken cancellationToken)
    {
        Array.Sort(rows, (left, right) =>
        {
            var kinds = left.Key.Kind.CompareTo(right.Key.Kind);
            return kinds != 0 ? kinds : string.CompareOrdinal(left.Key.Id, right.Key.Id);
        });
        foreach (var row in rows)
        {
            cancellationToken.ThrowIfCancellationRequested();
            _rows.Write(row);
        }
    }

    private void Save(StoredModel model)
    {
        _saveModel.Bind(1, model.Version);
        _saveModel.BindBlob(2, model.ContentHash.Span);
        _saveModel.BindText(3, model.Yaml);
        _saveModel.BindText(4, model.PublishedBy);
        _saveModel.Bind(5, model.PublishedAt.Ticks);
        _saveModel.BindText(6, model.Comment);
        try
        {
            _saveModel.Execute();
        }
        catch (SqliteException e) when (e.SqliteErrorCode == SQLitePCL.raw.SQLITE_CONSTRAINT)
        {
            throw new InvalidOperationException($"There is a model {model.Version} already.", e);
        }
    }

    private Task InTransactionAsync(Action work, CancellationToken cancellationToken) =>
        WriteAloneAsync(() => _writer.InTransaction(work), cancellationToken);

    private async Task WriteAloneAsync(Action work, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            await Task.Run(work, cancellationToken);
        }
        finally
        {
            _writing.Release();
        }
    }

    private Task<T> WithFileAsync<T>(Func<SqliteFile, T> read, CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            using var file = SqliteFile.OpenReader(_path);
            return read(file);
        },
        cancellationToken);
}
