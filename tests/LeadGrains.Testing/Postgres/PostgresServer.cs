using System.Globalization;
using LeadGrains.Testing.Processes;

namespace LeadGrains.Testing.Postgres;

/// <summary>A PostgreSQL of its own, on a folder and a loopback port, stopped when it is disposed of. The folder stays.</summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private static readonly string[] Needed = ["initdb", "postgres", "pg_ctl", "pg_isready"];
    private static readonly TimeSpan StartTime = TimeSpan.FromSeconds(60);

    private readonly OtherUser _user;
    private readonly string _data;
    private readonly string[] _configuration;
    private RunningProcess? _process;

    private PostgresServer(OtherUser user, string folder, IEnumerable<string> configuration)
    {
        _user = user;
        _data = Path.Combine(folder, "postgres");
        Port = LoopbackAddress.Free().Port;
        _configuration =
        [
            .. configuration, "listen_addresses=127.0.0.1", "unix_socket_directories=",
            string.Create(CultureInfo.InvariantCulture, $"port={Port}"),
        ];
    }

    public int Port { get; }

    public string User => "leadgrains";

    public string Password { get; } = LoopbackAddress.NewPassword();

    public int ProcessId => _process!.Id;

    /// <summary>Why none can be started here; null where one can.</summary>
    public static string? Missing =>
        Needed.Any(name => Programs.Find(name) is null) ? $"no {string.Join(", ", Needed)} in PATH or /usr/lib/postgresql: apt-get install postgresql"
        : OtherUser.Choose() is null ? "it refuses to run as root, and there is no other user and setpriv"
        : null;

    /// <summary>Makes a cluster in a folder and starts it.</summary>
    /// <param name="folder">Exists. It becomes the user's that the server runs as.</param>
    /// <param name="configuration">Settings such as "fsync=off".</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="InvalidOperationException">It does not start.</exception>
    public static async Task<PostgresServer> StartAsync(string folder, IEnumerable<string> configuration, CancellationToken cancellationToken)
    {
        var server = new PostgresServer(OtherUser.Choose()!, folder, configuration);
        try
        {
            await server.InitializeAsync(folder, cancellationToken);
            await server.StartAsync(cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>For Npgsql.</summary>
    public string AddressOf(string database) => string.Create(
        CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={Port};Username={User};Password={Password};Database={database};SSL Mode=Disable");

    /// <summary>What pg_dump writes of a database.</summary>
    public async Task<byte[]> DumpAsync(string database, CancellationToken cancellationToken)
    {
        using var folder = new TempFolder();
        var file = Path.Combine(folder.Path, "dump.sql");
        var address = string.Create(CultureInfo.InvariantCulture, $"postgresql://{User}:{Password}@127.0.0.1:{Port}/{database}");
        await RunningProcess.RunAsync([Programs.Find("pg_dump") ?? "pg_dump", "--file", file, address], cancellationToken);
        return await File.ReadAllBytesAsync(file, cancellationToken);
    }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var command = _user.As([Program("postgres"), "-D", _data, .. _configuration.SelectMany(setting => new[] { "-c", setting })]);
        _process = RunningProcess.Start(command[0], command.Skip(1));
        var began = TimeProvider.System.GetTimestamp();
        while (!await AnswersAsync(cancellationToken))
        {
            if (_process.HasExited || TimeProvider.System.GetElapsedTime(began) > StartTime)
                throw new InvalidOperationException($"PostgreSQL does not start. {_process.Output}");
            await Task.Delay(50, cancellationToken);
        }
    }

    /// <summary>Stops it: "fast" ends all sessions and writes what is in memory, "immediate" is what a crash leaves.</summary>
    public async Task StopAsync(string mode)
    {
        if (_process is not { } process)
            return;
        try
        {
            if (!process.HasExited)
                await RunningProcess.RunAsync(_user.As(Program("pg_ctl"), "stop", "-D", _data, "-m", mode, "-w"), CancellationToken.None);
        }
        catch (InvalidOperationException) when (process.HasExited)
        {
            // It ended by itself meanwhile, which Ctrl+C does to it.
        }

        await process.DisposeAsync();
        _process = null;
    }

    // Killed, it would leave its shared memory behind.
    public async ValueTask DisposeAsync() => await StopAsync("immediate");

    private static string Program(string name) => Programs.Find(name)!;

    private async Task InitializeAsync(string folder, CancellationToken cancellationToken)
    {
        var passwordFile = Path.Combine(folder, "password");
        await File.WriteAllTextAsync(passwordFile, Password, cancellationToken);
        await _user.OwnAsync(passwordFile, cancellationToken);
        await _user.OwnAsync(folder, cancellationToken);
        await RunningProcess.RunAsync(
            _user.As(Program("initdb"), "-D", _data, "-U", User, $"--pwfile={passwordFile}", "-A", "password", "-E", "UTF8", "--no-locale", "--no-sync"),
            cancellationToken);
    }

    private async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        await using var asking = RunningProcess.Start(Program("pg_isready"), ["-q", "-h", "127.0.0.1", "-p", Port.ToString(CultureInfo.InvariantCulture)]);
        return await asking.WaitAsync(StartTime, cancellationToken) == 0;
    }
}
