using System.Globalization;
using LeadGrains.Grains.Storage;
using Microsoft.Data.Sqlite;

namespace LeadGrains.Storage.Embedded.Sqlite;

/// <summary>The grains and models of a node on its own, in one SQLite file.</summary>
internal sealed class SqliteGrainStore : IGrainStore
{
    private readonly string _path;
    private readonly SqliteWriting _writing;
    private readonly Lock _changing = new();
    private readonly List<SqliteGeneration> _generations = [];
    private SqliteGeneration _active;
    private long _lastNumber;
    private bool _disposed;

    private SqliteGrainStore(string path, SqliteFile writer, StoreIdentity identity)
    {
        _path = path;
        _writing = new SqliteWriting(writer);
        Identity = identity;
        _lastNumber = writer.Number("SELECT generation FROM active");
        DropAbandoned(writer, _lastNumber);
        _active = Add(_lastNumber);
    }

    /// <summary>Which store the file belongs to.</summary>
    public StoreIdentity Identity { get; }

    /// <inheritdoc/>
    public int PartitionCount => Identity.PartitionCount;

    /// <inheritdoc/>
    public IGrainGeneration Active => Volatile.Read(ref _active);

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
    public Task<IReadOnlyList<StoredModel>> ReadModelsAsync(CancellationToken cancellationToken) =>
        WithFileAsync(ModelTables.ReadModels, cancellationToken);

    /// <inheritdoc/>
    public Task<ActiveModel?> ReadActiveModelAsync(CancellationToken cancellationToken) =>
        WithFileAsync(file => ModelTables.ReadActive(file, PartitionCount), cancellationToken);

    /// <inheritdoc/>
    public async Task<IGrainGeneration> BeginGenerationAsync(CancellationToken cancellationToken)
    {
        SqliteGeneration? begun = null;
        await _writing.InTransactionAsync(
            () =>
            {
                _writing.File.Run(SchemaFiles.Generation(_lastNumber + 1));
                begun = Add(++_lastNumber);
            },
            cancellationToken);
        return begun!;
    }

    /// <inheritdoc/>
    public async Task ActivateAsync(ModelActivation activation, CancellationToken cancellationToken)
    {
        var generation = (SqliteGeneration?)activation.Generation ?? _active;
        try
        {
            await _writing.InFlushedTransactionAsync(() => Activate(activation, generation.Number), cancellationToken);
        }
        catch (SqliteException) when (_writing.File.Number("SELECT generation FROM active") == generation.Number && generation != _active)
        {
            // What failed came after the step itself.
        }

        Volatile.Write(ref _active, generation);
    }

    /// <inheritdoc/>
    public async Task DropAsync(IGrainGeneration generation)
    {
        var dropped = (SqliteGeneration)generation;
        if (dropped == _active)
            throw new InvalidOperationException($"Generation {dropped.Number} is the active one.");
        lock (_changing)
            _generations.Remove(dropped);
        await dropped.DisposeAsync();
        await _writing.InTransactionAsync(dropped.Drop, CancellationToken.None);
    }

    /// <summary>Waits for the calls that run and closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, true))
            return;
        foreach (var generation in _generations)
            await generation.DisposeAsync();
        await _writing.DisposeAsync();
    }

    // What an earlier process began and did not activate.
    private static void DropAbandoned(SqliteFile writer, long active)
    {
        var tables = new List<string>();
        var rows = writer.Prepare(
            """
            SELECT name FROM sqlite_schema WHERE type = 'table' AND (name GLOB 'grains_[0-9]*'
              OR name GLOB 'grain_states_[0-9]*' OR name GLOB 'seen_chunks_[0-9]*' OR name GLOB 'checkpoints_[0-9]*')
            """);
        while (rows.Step())
            tables.Add(rows.Text(0));
        writer.Release(rows);
        var suffix = string.Create(CultureInfo.InvariantCulture, $"_{active}");
        writer.InTransaction(() => tables
            .Where(table => !table.EndsWith(suffix, StringComparison.Ordinal)).ToList()
            .ForEach(table => writer.Run($"DROP TABLE {table}")));
    }

    private void Activate(ModelActivation activation, long generation)
    {
        if (activation.Added is { } added)
            ModelTables.Add(_writing.File, added);
        if (activation.Again is { } note)
            ModelTables.Note(_writing.File, activation.Active.Version, note);
        ModelTables.Activate(_writing.File, activation.Active, generation);
    }

    private SqliteGeneration Add(long number)
    {
        var generation = new SqliteGeneration(_path, _writing, number, PartitionCount);
        lock (_changing)
            _generations.Add(generation);
        return generation;
    }

    private Task<T> WithFileAsync<T>(Func<SqliteFile, T> read, CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            using var file = SqliteFile.OpenReader(_path);
            return read(file);
        },
        cancellationToken);
}
