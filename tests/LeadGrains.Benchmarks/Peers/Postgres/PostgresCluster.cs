using System.Globalization;
using LeadGrains.Benchmarks.Measuring;
using LeadGrains.Benchmarks.Peers.Processes;
using LeadGrains.Benchmarks.Running;
using Npgsql;

namespace LeadGrains.Benchmarks.Peers.Postgres;

/// <summary>A PostgreSQL of its own on a temporary folder, durable and with memory enough, stopped when it is disposed of.</summary>
internal sealed class PostgresCluster : IAsyncDisposable
{
    private const string User = "bench";
    private static readonly TimeSpan StartTime = TimeSpan.FromSeconds(60);

    // What is durable, and how much memory and journal it may use; the rest as it comes.
    private static readonly string[] Configuration =
    [
        "fsync=on", "synchronous_commit=on", "full_page_writes=on", "shared_buffers=512MB", "max_wal_size=4GB",
        "listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=64",
    ];

    private readonly TemporaryFolder _folder;
    private readonly OtherUser _user;
    private readonly string _data;
    private PeerProcess? _process;

    private PostgresCluster(TemporaryFolder folder, OtherUser user)
    {
        _folder = folder;
        _user = user;
        _data = Path.Combine(folder.Path, "postgres");
    }

    public int ProcessId => _process!.Id;

    /// <summary>For connections without a pool.</summary>
    public NpgsqlConnectionStringBuilder Address { get; private set; } = [];

    /// <exception cref="NotMeasuredException">It is not installed, or does not start.</exception>
    public static async Task<PostgresCluster> StartAsync(DirectoryInfo data, CancellationToken cancellationToken)
    {
        if (Program("initdb") is null || Program("postgres") is null || Program("pg_ctl") is null)
            throw new NotMeasuredException("not installed: no initdb, postgres and pg_ctl in PATH or /usr/lib/postgresql");
        var cluster = new PostgresCluster(new TemporaryFolder(data), OtherUser.Choose());
        try
        {
            await cluster.StartAsync(cancellationToken);
            return cluster;
        }
        catch (InvalidOperationException fault)
        {
            await cluster.DisposeAsync();
            throw new NotMeasuredException($"it does not start. {fault.Message}");
        }
        catch
        {
            await cluster.DisposeAsync();
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
        if (_process is not null)
        {
            await StopAsync(_process);
            await _process.DisposeAsync();
        }

        _folder.Dispose();
    }

    // Killed, it would leave its shared memory behind. Ctrl+C reaches it as well, so that it may end by itself meanwhile.
    private async Task StopAsync(PeerProcess process)
    {
        try
        {
            if (!process.HasExited)
                await PeerProcess.RunAsync(_user.As(Program("pg_ctl")!, "stop", "-D", _data, "-m", "immediate", "-w"), CancellationToken.None);
        }
        catch (InvalidOperationException) when (process.HasExited)
        {
            // There was nothing left to stop.
        }
    }

    private static string? Program(string name) => Programs.Find(name);

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        var password = PeerAddress.NewPassword();
        var passwordFile = Path.Combine(_folder.Path, "password");
        await File.WriteAllTextAsync(passwordFile, password, cancellationToken);
        await _user.OwnAsync(passwordFile, cancellationToken);
        await _user.OwnAsync(_folder.Path, cancellationToken);
        await PeerProcess.RunAsync(
            _user.As(Program("initdb")!, "-D", _data, "-U", User, $"--pwfile={passwordFile}", "-A", "password", "-E", "UTF8", "--no-locale", "--no-sync"),
            cancellationToken);
        var port = PeerAddress.Free().Port;
        string[] configuration = [.. Configuration, string.Create(CultureInfo.InvariantCulture, $"port={port}")];
        _process = PeerProcess.Start(_user.As([Program("postgres")!, "-D", _data, .. configuration.SelectMany(setting => new[] { "-c", setting })]));
        Address = new NpgsqlConnectionStringBuilder
        {
            Host = "127.0.0.1",
            Port = port,
            Username = User,
            Password = password,
            Database = "postgres",
            Pooling = false,
            SslMode = SslMode.Disable,
            CommandTimeout = 120,
        };
        await WaitAsync(_process, cancellationToken);
    }

    private async Task WaitAsync(PeerProcess process, CancellationToken cancellationToken)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                await using var connection = new NpgsqlConnection(Address.ConnectionString);
                await connection.OpenAsync(cancellationToken);
                return;
            }
            catch (NpgsqlException fault)
            {
                if (process.HasExited || TimeProvider.System.GetElapsedTime(began) > StartTime)
                    throw new InvalidOperationException($"{fault.Message} {process.Said}", fault);
            }

            await Task.Delay(100, cancellationToken);
        }
    }
}
