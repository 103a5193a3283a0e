using LeadGrains.Benchmarks.Measuring;
using LeadGrains.Benchmarks.Running;
using LeadGrains.Testing.Postgres;
using Npgsql;

namespace LeadGrains.Benchmarks.Peers.Postgres;

/// <summary>A PostgreSQL of its own on a temporary folder, durable and with memory enough, stopped when it is disposed of.</summary>
internal sealed class PostgresCluster : IAsyncDisposable
{
    // What is durable, and how much memory and journal it may use; the rest as it comes.
    private static readonly string[] Configuration =
    [
        "fsync=on", "synchronous_commit=on", "full_page_writes=on", "shared_buffers=512MB", "max_wal_size=4GB", "max_connections=64",
    ];

    private readonly TemporaryFolder _folder;
    private readonly PostgresServer _server;

    private PostgresCluster(TemporaryFolder folder, PostgresServer server)
    {
        _folder = folder;
        _server = server;
    }

    public int ProcessId => _server.ProcessId;

    /// <summary>For connections without a pool.</summary>
    public NpgsqlConnectionStringBuilder Address => new(_server.AddressOf("postgres")) { Pooling = false, CommandTimeout = 120 };

    /// <exception cref="NotMeasuredException">It is not installed, or does not start.</exception>
    public static async Task<PostgresCluster> StartAsync(DirectoryInfo data, CancellationToken cancellationToken)
    {
        if (PostgresServer.Missing is { } missing)
            throw new NotMeasuredException($"not installed: {missing}");
        var folder = new TemporaryFolder(data);
        try
        {
            return new PostgresCluster(folder, await PostgresServer.StartAsync(folder.Path, Configuration, cancellationToken));
        }
        catch (InvalidOperationException fault)
        {
            folder.Dispose();
            throw new NotMeasuredException($"it does not start. {fault.Message}");
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    public NpgsqlConnection Open()
    {
        var connection = new NpgsqlConnection(Address.ConnectionString);
        connection.Open();
        return connection;
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }
}
