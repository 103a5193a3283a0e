using LeadGrains.Grains;
using LeadGrains.Grains.Storage;
using Npgsql;

namespace LeadGrains.Cluster.Postgres;

/// <summary>
/// Two connections of their own, so that no heartbeat waits behind writes. Nothing is kept in a session, so that a pooler
/// may hand each transaction to another one.
/// </summary>
internal sealed class MembershipConnections : IAsyncDisposable
{
    private const int Connections = 2;
    private const int CancellationMilliseconds = 500;

    private readonly NpgsqlDataSource _source;

    /// <param name="connectionString">As the store has it.</param>
    /// <param name="patience">How long one statement may take: a silent server is asked again over another connection.</param>
    public MembershipConnections(string connectionString, TimeSpan patience)
    {
        var address = new NpgsqlConnectionStringBuilder(connectionString)
        {
            NoResetOnClose = true,
            MaxAutoPrepare = 0,
            Multiplexing = false,
            Pooling = true,
            Enlist = false,
            MinPoolSize = 0,
            MaxPoolSize = Connections,
            CommandTimeout = Math.Max(1, (int)patience.TotalSeconds),
            Timeout = Math.Max(1, (int)patience.TotalSeconds),
            CancellationTimeout = CancellationMilliseconds,
            TcpKeepAlive = true,
        };
        if (!address.ContainsKey("Application Name"))
            address.ApplicationName = "leadgrains membership";
        if (address.Host is { } hosts && hosts.Contains(',', StringComparison.Ordinal))
            address.TargetSessionAttributes ??= "read-write";
        Name = $"PostgreSQL database {address.Database} of {address.Host}:{address.Port}";
        _source = NpgsqlDataSource.Create(address);
    }

    /// <summary>For messages: which one it is, without password.</summary>
    public string Name { get; }

    /// <summary>Runs statements as one transaction, in one round trip.</summary>
    /// <param name="commands">The statements.</param>
    /// <param name="take">Reads what they give.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="PartitionUnavailableException">No answer; it may have been done.</exception>
    /// <exception cref="StoreUnusableException">The database answers, and cannot do it.</exception>
    public async Task<T> AskAsync<T>(IEnumerable<NpgsqlBatchCommand> commands, Func<NpgsqlDataReader, Task<T>> take, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await _source.OpenConnectionAsync(cancellationToken);
            await using var batch = new NpgsqlBatch(connection);
            foreach (var command in commands)
                batch.BatchCommands.Add(command);
            await using var rows = await batch.ExecuteReaderAsync(cancellationToken);
            var taken = await take(rows);

            // Only the end of the answer says that it is committed.
            while (await rows.NextResultAsync(cancellationToken))
            {
            }

            return taken;
        }
        catch (PostgresException fault) when (fault.SqlState == PostgresErrorCodes.UndefinedTable)
        {
            throw new StoreUnusableException($"{Name} has not been served by a cluster yet.", fault);
        }
        catch (PostgresException fault) when (!IsPassing(fault))
        {
            throw new StoreUnusableException($"{Name} refuses: {fault.MessageText}", fault);
        }
        catch (Exception fault) when (fault is NpgsqlException or TimeoutException or IOException)
        {
            throw new PartitionUnavailableException($"{Name} does not answer: {fault.Message}", fault);
        }
    }

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    private static bool IsPassing(PostgresException fault) =>
        fault.IsTransient || fault.SqlState is PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown
            or PostgresErrorCodes.CannotConnectNow or PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.QueryCanceled
            or PostgresErrorCodes.ReadOnlySqlTransaction;
}
