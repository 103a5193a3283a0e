using System.Data.Common;
using LeadGrains.Grains;
using LeadGrains.Grains.Storage;
using Npgsql;

namespace LeadGrains.Storage.Postgres.Sessions;

/// <summary>
/// Connections to the database, a bounded number. Nothing is kept in a session from one transaction to the next, so that a
/// pooler may hand each of them to another connection.
/// </summary>
internal sealed class PostgresDatabase : IAsyncDisposable
{
    // What a loop writes, the journal and the heartbeat find a connection however many read.
    private const int KeptForWriting = 8;
    private const int UsualConnections = 24;
    private const int BufferBytes = 64 * 1_024;
    private const int SecondsForAStatement = 60;
    private const string ReadWrite = "read-write";

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    private readonly NpgsqlDataSource _source;
    private readonly TimeProvider _clock;
    private readonly SemaphoreSlim _reading;
    private volatile bool _isGivenUp;

    private PostgresDatabase(NpgsqlConnectionStringBuilder address, TimeProvider clock)
    {
        Name = $"PostgreSQL database {address.Database} of {address.Host}:{address.Port}";
        _source = NpgsqlDataSource.Create(address);
        _clock = clock;
        _reading = new SemaphoreSlim(address.MaxPoolSize - KeptForWriting);
    }

    /// <summary>For messages: which one it is, without password.</summary>
    public string Name { get; }

    /// <summary>How long a passing fault is waited out. A server that restarts needs a few seconds.</summary>
    public static TimeSpan Patience => TimeSpan.FromSeconds(60);

    /// <summary>Nothing is tried again any more: another process has the partitions, or it is not known who has.</summary>
    public bool IsGivenUp => _isGivenUp;

    /// <summary>Makes nothing of it yet: the first connection is opened when it is needed.</summary>
    /// <exception cref="StoreUnusableException">It is no connection string, or leaves too few connections.</exception>
    public static PostgresDatabase Of(string connectionString, TimeProvider clock)
    {
        NpgsqlConnectionStringBuilder address;
        try
        {
            address = new NpgsqlConnectionStringBuilder(connectionString);
            Complete(address);
        }
        catch (ArgumentException)
        {
            // Nothing of the text itself: what it takes for a keyword may be the rest of a password with a ';'.
            throw new StoreUnusableException(
                "The address of the database cannot be read. It looks like \"Host=127.0.0.1;Port=5432;Database=leadgrains;Username=leadgrains\"; a value with ';' or '=' stands in quotes, such as Password='a;b'.");
        }

        if (string.IsNullOrEmpty(address.Host) || string.IsNullOrEmpty(address.Database))
            throw new StoreUnusableException("The address of a database names at least its Host and Database: \"Host=127.0.0.1;Database=leadgrains\".");
        if (address.MaxPoolSize <= KeptForWriting)
            throw new StoreUnusableException($"Maximum Pool Size is {address.MaxPoolSize}; the program needs at least {KeptForWriting + 1} connections.");
        RequirePrimary(address);
        return new PostgresDatabase(address, clock);
    }

    public NpgsqlConnection Open() => _source.OpenConnection();

    /// <summary>Has every fault from now on end what it meets.</summary>
    public void GiveUp() => _isGivenUp = true;

    /// <summary>Reads as it comes, on the caller's thread. Waits for its turn where many read.</summary>
    public IEnumerable<T> ReadAlong<T>(Func<NpgsqlConnection, IEnumerable<T>> read, CancellationToken cancellationToken)
    {
        _reading.Wait(cancellationToken);
        try
        {
            using var connection = Open();
            foreach (var item in read(connection))
                yield return item;
        }
        finally
        {
            _reading.Release();
        }
    }

    public ValueTask<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken) => _source.OpenConnectionAsync(cancellationToken);

    /// <summary>
    /// Does what changes nothing when it is done twice, in one transaction, and again after a passing fault. Not on the
    /// caller's thread, which is mostly that of a loop.
    /// </summary>
    /// <exception cref="StaleEpochException">The ownership that it is done under has ended.</exception>
    public Task WriteAsync(Func<IEnumerable<NpgsqlBatchCommand>> commands, CancellationToken cancellationToken) => Task.Run(
        () => PatientlyAsync(
            async connection =>
            {
                await using var batch = new NpgsqlBatch(connection);
                foreach (var command in commands())
                    batch.BatchCommands.Add(command);
                return await batch.ExecuteNonQueryAsync(cancellationToken);
            },
            cancellationToken),
        cancellationToken);

    /// <summary>Reads, and again after a passing fault; not on the caller's thread. Waits for its turn where many read.</summary>
    public async Task<T> ReadAsync<T>(Func<NpgsqlBatchCommand> command, Func<DbDataReader, CancellationToken, Task<T>> take, CancellationToken cancellationToken)
    {
        await _reading.WaitAsync(cancellationToken);
        try
        {
            return await Task.Run(
                () => PatientlyAsync(
                    async connection =>
                    {
                        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { command() } };
                        await using var rows = await batch.ExecuteReaderAsync(cancellationToken);
                        return await take(rows, cancellationToken);
                    },
                    cancellationToken),
                cancellationToken);
        }
        finally
        {
            _reading.Release();
        }
    }

    /// <summary>Does something that may be done twice, and does it again after a passing fault.</summary>
    /// <exception cref="StaleEpochException">The ownership that it is done under has ended.</exception>
    /// <exception cref="PartitionUnavailableException">The patience has ended.</exception>
    public async Task<T> PatientlyAsync<T>(Func<NpgsqlConnection, Task<T>> work, CancellationToken cancellationToken)
    {
        var began = _clock.GetTimestamp();
        for (var pause = FirstPause; ; pause = Longer(pause))
        {
            try
            {
                await using var connection = await OpenAsync(cancellationToken);
                return await work(connection);
            }
            catch (NpgsqlException e) when (PostgresFaults.IsStale(e))
            {
                throw PostgresFaults.Stale(e);
            }
            catch (NpgsqlException e) when (PostgresFaults.IsPassing(e))
            {
                if (IsGivenUp)
                    throw new PartitionUnavailableException($"{Name} does not answer, and is waited for no longer: {e.Message}", e);
                if (_clock.GetElapsedTime(began) >= Patience)
                    throw new PartitionUnavailableException($"{Name} has not answered for {Patience.TotalSeconds:0} s: {e.Message}", e);
                await Task.Delay(pause, _clock, cancellationToken);
            }
        }
    }

    /// <summary>How long to wait after the next fault.</summary>
    public static TimeSpan Longer(TimeSpan pause) => pause * 2 < LongestPause ? pause * 2 : LongestPause;

    public async ValueTask DisposeAsync()
    {
        await _source.DisposeAsync();
        _reading.Dispose();
    }

    // A standby lags behind: what it has not heard of would be taken for unknown, and begun anew.
    private static void RequirePrimary(NpgsqlConnectionStringBuilder address)
    {
        if (!address.Host!.Contains(',', StringComparison.Ordinal))
            return;
        address.TargetSessionAttributes ??= ReadWrite;
        if (address.TargetSessionAttributes is not (ReadWrite or "primary"))
            throw new StoreUnusableException(
                $"Target Session Attributes is {address.TargetSessionAttributes}; of several hosts only the primary is read and written: primary or {ReadWrite}.");
    }

    private static void Complete(NpgsqlConnectionStringBuilder address)
    {
        // A reset when a connection goes back to the pool, and statements that are prepared for a session, would
        // reach another session behind a pooler.
        address.NoResetOnClose = true;
        address.MaxAutoPrepare = 0;
        address.Multiplexing = false;
        address.Pooling = true;
        address.Enlist = false;
        if (!address.ContainsKey("Maximum Pool Size"))
            address.MaxPoolSize = UsualConnections;
        if (!address.ContainsKey("Command Timeout"))
            address.CommandTimeout = SecondsForAStatement;
        if (!address.ContainsKey("Application Name"))
            address.ApplicationName = "leadgrains";
        address.TcpKeepAlive = true;

        // Rows and journal come in hundreds of kilobytes.
        address.WriteBufferSize = BufferBytes;
        address.ReadBufferSize = BufferBytes;
    }
}
