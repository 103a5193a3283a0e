using LeadGrains.Grains;
using LeadGrains.Grains.Erasing;
using LeadGrains.Grains.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.Win32.SafeHandles;

namespace LeadGrains.Storage.Embedded.Sqlite;

/// <summary>The grains and models of a node on its own, in one SQLite file.</summary>
internal sealed class SqliteGrainStore : IGrainStore
{
    // Readers of old pages are done in moments; a start reads for longer, and nothing is erased before it is over.
    private const int TidyAttempts = 100;
    private static readonly TimeSpan BetweenTidying = TimeSpan.FromMilliseconds(100);

    private readonly string _path;
    private readonly SqliteWriting _writing;
    private readonly Lock _changing = new();
    private readonly List<SqliteGeneration> _generations = [];
    private readonly long _firstActive;
    private readonly long _firstBegun;
    private SqliteGeneration _active;
    private long _lastNumber;
    private bool _disposed;

    private SqliteGrainStore(string path, SqliteFile writer, StoreIdentity identity)
    {
        _path = path;
        _writing = new SqliteWriting(writer);
        Identity = identity;
        _firstActive = writer.Number("SELECT generation FROM active");
        _lastNumber = GenerationTables.Numbers(writer).Append(_firstActive).Max();
        _firstBegun = _lastNumber + 1;
        _active = Add(_firstActive);
    }

    /// <summary>Which store the file belongs to.</summary>
    public StoreIdentity Identity { get; }

    /// <inheritdoc/>
    public int PartitionCount => Identity.PartitionCount;

    /// <inheritdoc/>
    public IGrainGeneration Active => Volatile.Read(ref _active);

    /// <summary>Opens the file, brings it to the current schema, and creates it where there is none.</summary>
    /// <param name="path">The file.</param>
    /// <param name="opening">What a new file is given, and whether it is a copy.</param>
    /// <exception cref="StoreUnusableException">It is newer than the program, no grain store, or an unfinished copy.</exception>
    public static SqliteGrainStore Open(string path, StoreOpening opening)
    {
        SqliteFile? writer = null;
        try
        {
            writer = SqliteFile.OpenWriter(path);
            return new SqliteGrainStore(path, writer, SqliteSchema.Prepare(writer, path, opening));
        }
        catch (SqliteException e) when (e.SqliteErrorCode == SQLitePCL.raw.SQLITE_FULL)
        {
            writer?.Dispose();
            throw new StoreUnusableException(
                $"There is no room to bring {path} to this program's schema, which takes up to four times what the file has. Nothing was changed: make room, or go on with the program of before.", e);
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
        catch (SqliteException) when (generation != _active)
        {
            // What failed may have come after the step itself. The writing connection may be at work for others by now.
            if (await WithFileAsync(file => file.Number("SELECT generation FROM active"), CancellationToken.None) != generation.Number)
                throw;
        }

        Volatile.Write(ref _active, generation);
    }

    /// <inheritdoc/>
    public async Task DropAsync(IGrainGeneration generation, CancellationToken cancellationToken)
    {
        var dropped = (SqliteGeneration)generation;
        if (dropped == _active)
            throw new InvalidOperationException($"Generation {dropped.Number} is the active one.");
        lock (_changing)
            _generations.Remove(dropped);
        await dropped.DisposeAsync();
        await _writing.InTransactionAsync(dropped.Release, CancellationToken.None);
        await DropAsync(dropped.Number, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task DropAbandonedAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<long> found = [];
        await _writing.InTransactionAsync(() => found = GenerationTables.Numbers(_writing.File), cancellationToken);
        foreach (var number in found.Where(IsAbandoned))
            await DropAsync(number, cancellationToken);
    }

    /// <summary>Removes rows from all generations; on disk when the task is done.</summary>
    /// <returns>How many there were.</returns>
    public async Task<long> EraseAsync(IReadOnlyList<ErasedId> ids, CancellationToken cancellationToken)
    {
        long removed = 0;
        await _writing.InFlushedTransactionAsync(
            () =>
            {
                foreach (var number in GenerationTables.Numbers(_writing.File))
                    removed += ids.Sum(id => RowErasing.Run(_writing.File, number, KeyHash.PartitionOf(KeyHash.Of(id.Key), PartitionCount), id));
            },
            cancellationToken);
        return removed;
    }

    /// <summary>What was written before is on disk when the task is done, rows and checkpoints alike.</summary>
    public Task FlushAsync(CancellationToken cancellationToken) =>
        _writing.InFlushedTransactionAsync(() => SqliteSchema.WriteVersion(_writing.File), cancellationToken);

    /// <summary>Gives back what only old versions of pages hold, where nobody reads them any more.</summary>
    /// <param name="isThorough">Writes the whole file anew: what was deleted before deleting overwrote anything goes, too.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>False where somebody went on reading them, for ten seconds.</returns>
    public async Task<bool> TidyAsync(bool isThorough, CancellationToken cancellationToken)
    {
        if (isThorough)
            await _writing.WithoutTransactionAsync(() => _writing.File.Run("VACUUM"), cancellationToken);
        return await EmptyLogAsync(static () => { }, cancellationToken);
    }

    /// <summary>Overwrites what pages keep of rows that were moved to others. Others write rows afterwards.</summary>
    /// <param name="file">The store's own.</param>
    /// <param name="pages">Where they begin.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>False where somebody went on reading old versions of pages, for ten seconds: then nothing was done.</returns>
    public Task<bool> OverwriteGapsAsync(SafeFileHandle file, IReadOnlyList<long> pages, CancellationToken cancellationToken) => EmptyLogAsync(
        () =>
        {
            FlushLog();
            _writing.File.ForgetPages();
            PageGaps.Overwrite(file, pages);
        },
        cancellationToken);

    /// <summary>The copy is whole: with it on disk is all that was written before.</summary>
    public Task FinishCopyAsync(CancellationToken cancellationToken) =>
        _writing.InFlushedTransactionAsync(() => SqliteSchema.FinishCopy(_writing.File), cancellationToken);

    /// <summary>Waits for the calls that run and closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, true))
            return;
        foreach (var generation in _generations)
            await generation.DisposeAsync();
        await _writing.DisposeAsync();
    }

    // Who reads old pages may take long: rows are written between two looks whether that has ended.
    private async Task<bool> EmptyLogAsync(Action then, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            if (await TryEmptyLogAsync(then, cancellationToken))
                return true;
            if (attempt == TidyAttempts)
                return false;
            await Task.Run(() => cancellationToken.WaitHandle.WaitOne(BetweenTidying), cancellationToken);
        }
    }

    private async Task<bool> TryEmptyLogAsync(Action then, CancellationToken cancellationToken)
    {
        var isEmpty = false;
        await _writing.WithoutTransactionAsync(
            () =>
            {
                isEmpty = _writing.File.TryEmptyLog();
                if (isEmpty)
                    then();
            },
            cancellationToken);
        return isEmpty;
    }

    // A loss of power that brought the log back would have its pages copied over those of the file, gaps and all.
    private void FlushLog()
    {
        var log = _path + "-wal";
        if (!File.Exists(log))
            return;
        using var file = File.OpenHandle(log, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        RandomAccess.FlushToDisk(file);
    }

    // What was begun here is dropped by who began it.
    private bool IsAbandoned(long number) => number < _firstBegun && number != _firstActive;

    // Each step is short, and those who wait to write come between.
    private async Task DropAsync(long number, CancellationToken cancellationToken)
    {
        for (var isLeft = true; isLeft;)
            await _writing.InTransactionAsync(() => isLeft = GenerationTables.DeleteSome(_writing.File, number), cancellationToken);
        await _writing.InTransactionAsync(() => GenerationTables.Drop(_writing.File, number), cancellationToken);
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
