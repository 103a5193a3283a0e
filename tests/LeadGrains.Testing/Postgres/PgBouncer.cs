using System.Globalization;
using System.Net.Sockets;
using LeadGrains.Testing.Processes;

namespace LeadGrains.Testing.Postgres;

/// <summary>
/// A pooler before a PostgreSQL that gives each transaction whichever of its few sessions is free: what a client leaves in a
/// session, another one finds.
/// </summary>
public sealed class PgBouncer : IAsyncDisposable
{
    private const int Sessions = 4;
    private static readonly TimeSpan StartTime = TimeSpan.FromSeconds(30);

    private readonly RunningProcess _process;

    private PgBouncer(RunningProcess process, int port)
    {
        _process = process;
        Port = port;
    }

    public int Port { get; }

    /// <summary>Why none can be started here; null where one can.</summary>
    public static string? Missing => Program is null ? "no pgbouncer in PATH or /usr/sbin: apt-get install pgbouncer" : null;

    private static string? Program => Programs.Find("pgbouncer") ?? (File.Exists("/usr/sbin/pgbouncer") ? "/usr/sbin/pgbouncer" : null);

    /// <summary>Starts one.</summary>
    /// <param name="folder">The server's, whose user it runs as.</param>
    /// <param name="server">What it stands before.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="InvalidOperationException">It does not start.</exception>
    public static async Task<PgBouncer> StartAsync(string folder, PostgresServer server, CancellationToken cancellationToken)
    {
        var user = OtherUser.Choose()!;
        var port = LoopbackAddress.Free().Port;
        var file = Path.Combine(folder, "pgbouncer.ini");
        await File.WriteAllTextAsync(file, Configuration(server, port), cancellationToken);
        await user.OwnAsync(file, cancellationToken);
        var command = user.As(Program!, file);
        var bouncer = new PgBouncer(RunningProcess.Start(command[0], command.Skip(1)), port);
        try
        {
            await bouncer.WaitAsync(cancellationToken);
            return bouncer;
        }
        catch
        {
            await bouncer.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static string Configuration(PostgresServer server, int port) => string.Create(CultureInfo.InvariantCulture, $"""
        [databases]
        * = host=127.0.0.1 port={server.Port} user={server.User} password={server.Password}

        [pgbouncer]
        listen_addr = 127.0.0.1
        listen_port = {port}
        unix_socket_dir =
        auth_type = any
        pool_mode = transaction
        default_pool_size = {Sessions}
        max_client_conn = 500

        """);

    private async Task WaitAsync(CancellationToken cancellationToken)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync("127.0.0.1", Port, cancellationToken);
                return;
            }
            catch (SocketException fault)
            {
                if (_process.HasExited || TimeProvider.System.GetElapsedTime(began) > StartTime)
                    throw new InvalidOperationException($"pgbouncer does not start. {_process.Output}", fault);
            }

            await Task.Delay(50, cancellationToken);
        }
    }
}
