using LeadGrains.Testing.Processes;
using Npgsql;

namespace LeadGrains.Testing.Postgres;

/// <summary>One PostgreSQL for all tests of the assembly, started by the first that needs it. Each test has a database of its own.</summary>
public sealed class PostgresFixture : IAsyncDisposable
{
    // The machine's disk is not what these tests are about.
    private static readonly string[] Configuration = ["fsync=off", "max_connections=200"];

    private readonly SemaphoreSlim _alone = new(1, 1);
    private readonly TempFolder _folder = new();
    private PostgresServer? _server;
    private PgBouncer? _pooler;
    private int _databases;

    public PostgresServer Server => _server ?? throw new InvalidOperationException("No test has made a database yet.");

    /// <summary>The address of a new, empty database. Skips the test where there is no PostgreSQL.</summary>
    public async Task<string> NewDatabaseAsync(string encoding = "UTF8")
    {
        OtherPrograms.RequirePostgres();
        await StartAsync();
        var name = $"test{Interlocked.Increment(ref _databases)}";
        await QueryAsync(Server.AddressOf("postgres"), $"CREATE DATABASE {name} TEMPLATE template0 ENCODING '{encoding}'");
        return Server.AddressOf(name);
    }

    /// <summary>The same database through a pooler that gives each transaction another session. Skips the test where there is none.</summary>
    public async Task<string> ThroughPoolerAsync(string address)
    {
        OtherPrograms.RequirePgBouncer();
        await _alone.WaitAsync();
        try
        {
            _pooler ??= await PgBouncer.StartAsync(_folder.Path, Server, CancellationToken.None);
        }
        finally
        {
            _alone.Release();
        }

        return new NpgsqlConnectionStringBuilder(address) { Port = _pooler.Port }.ConnectionString;
    }

    /// <summary>Runs SQL in a database and gives the first column of its first row.</summary>
    public static async Task<object?> QueryAsync(string address, string sql)
    {
        await using var connection = new NpgsqlConnection(address + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_pooler is not null)
            await _pooler.DisposeAsync();
        if (_server is not null)
            await _server.DisposeAsync();
        _folder.Dispose();
        _alone.Dispose();
    }

    private async Task StartAsync()
    {
        await _alone.WaitAsync();
        try
        {
            _server ??= await PostgresServer.StartAsync(_folder.Path, Configuration, CancellationToken.None);
        }
        finally
        {
            _alone.Release();
        }
    }
}
