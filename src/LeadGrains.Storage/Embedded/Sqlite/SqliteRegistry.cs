using LeadGrains.Grains.Storage;
using LeadGrains.Storage.Embedded.Segments;
using Microsoft.Data.Sqlite;

namespace LeadGrains.Storage.Embedded.Sqlite;

/// <summary>
/// The registry of a folder, in a SQLite file of its own, which a command may open beside a server: SQLite lets one of them
/// write at a time.
/// </summary>
public sealed class SqliteRegistry : IRegistry
{
    private const string FileName = "registry.db";

    // "LGRR".
    private const int ApplicationId = 0x4C475252;
    private const int SchemaVersion = 1;

    private readonly SemaphoreSlim _alone = new(1, 1);
    private readonly SqliteFile _file;
    private readonly RegistryStatements _statements;
    private bool _disposed;

    private SqliteRegistry(SqliteFile file)
    {
        _file = file;
        _statements = new RegistryStatements(file);
    }

    /// <summary>Whether a folder has a registry.</summary>
    public static bool Exists(string folder) => File.Exists(Path.Combine(folder, FileName));

    /// <summary>Opens the registry of a data folder, and makes both where they are missing.</summary>
    /// <exception cref="StoreUnusableException">It is newer than the program, no registry, or not to be written.</exception>
    public static SqliteRegistry Open(string folder)
    {
        var path = Path.Combine(folder, FileName);
        SqliteFile? file = null;
        try
        {
            PrivateFolder.Make(folder);
            KeepToOwner(path);
            file = SqliteFile.OpenRegistry(path);
            Prepare(file, path);
            new Disk().FlushFolder(folder);
            return new SqliteRegistry(file);
        }
        catch (Exception e) when (e is SqliteException or IOException or UnauthorizedAccessException)
        {
            file?.Dispose();
            throw new StoreUnusableException($"{path} cannot be opened as a registry: {e.Message}", e);
        }
        catch
        {
            file?.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> ReadCollectionsAsync(CancellationToken cancellationToken) =>
        AloneAsync<IReadOnlyList<string>>(_statements.ReadCollections, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<RegistryDocument>> ReadAsync(string collection, long afterRevision, int limit, CancellationToken cancellationToken)
    {
        RegistryLimits.CheckCollection(collection);
        RegistryLimits.CheckLimit(limit);
        return AloneAsync<IReadOnlyList<RegistryDocument>>(() => _statements.Read(collection, afterRevision, limit), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<RegistryDocument?> FindAsync(string collection, string id, CancellationToken cancellationToken)
    {
        RegistryLimits.CheckCollection(collection);
        RegistryLimits.CheckId(id);
        return AloneAsync(() => _statements.Find(collection, id), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<long?> WriteAsync(
        string collection, string id, ReadOnlyMemory<byte>? body, long? expectedRevision, CancellationToken cancellationToken)
    {
        RegistryLimits.CheckCollection(collection);
        RegistryLimits.CheckId(id);
        RegistryLimits.CheckBody(body);
        return AloneAsync(
            () =>
            {
                long? written = null;
                _file.InTransaction(() => written = _statements.Write(collection, id, body, expectedRevision));
                return written;
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, true))
            return;
        await _alone.WaitAsync();
        _file.Dispose();
        _alone.Dispose();
    }

    // Secrets that deliveries are signed with stand in it in the clear. SQLite gives its other files the same mode.
    private static void KeepToOwner(string path)
    {
        if (OperatingSystem.IsWindows())
            return;
        const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        if (File.Exists(path))
        {
            if (File.GetUnixFileMode(path) != Owner)
                File.SetUnixFileMode(path, Owner);
            return;
        }

        using var made = new FileStream(path, new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.Write, Share = FileShare.ReadWrite, UnixCreateMode = Owner });
    }

    private static void Prepare(SqliteFile file, string path)
    {
        var version = file.Number("PRAGMA user_version");
        if (version > SchemaVersion)
            throw new StoreUnusableException($"{path} has schema version {version}, and this program knows versions up to {SchemaVersion}. Run the newer program.");
        if (file.Number("SELECT count(*) FROM sqlite_schema") > 0 && file.Number("PRAGMA application_id") != ApplicationId)
            throw new StoreUnusableException($"{path} is a SQLite file, but not a registry. Name another data folder.");

        // Another process may have made it meanwhile.
        file.InTransaction(() =>
        {
            if (file.Number("PRAGMA user_version") == 0)
                file.Run(SchemaFiles.Read("registry.sql") + $"PRAGMA application_id = {ApplicationId}; PRAGMA user_version = {SchemaVersion};");
        });
    }

    private async Task<T> AloneAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        await _alone.WaitAsync(cancellationToken);
        try
        {
            return await Task.Run(work, cancellationToken);
        }
        finally
        {
            _alone.Release();
        }
    }
}
