using System.Globalization;
using System.Net;
using System.Net.Sockets;
using LeadGrains.Benchmarks.Measuring;
using LeadGrains.Benchmarks.Running;
using LeadGrains.Testing.Processes;

namespace LeadGrains.Benchmarks.Peers.Redis;

/// <summary>A Redis of its own on a temporary folder, with an append-only file, killed when it is disposed of.</summary>
internal sealed class RedisServer : IAsyncDisposable
{
    private static readonly TimeSpan StartTime = TimeSpan.FromSeconds(30);

    private readonly TemporaryFolder _folder;
    private readonly RunningProcess _process;
    private readonly IPEndPoint _address;
    private readonly string _password;

    private RedisServer(TemporaryFolder folder, string program)
    {
        _folder = folder;
        _address = LoopbackAddress.Free();
        _password = LoopbackAddress.NewPassword();
        _process = RunningProcess.Start(program, ["-"], input: Configuration(folder, _address.Port, _password));
    }

    public int ProcessId => _process.Id;

    /// <exception cref="NotMeasuredException">It is not installed, or does not start.</exception>
    public static async Task<RedisServer> StartAsync(DirectoryInfo data, CancellationToken cancellationToken)
    {
        if (Programs.Find("redis-server") is not { } program)
            throw new NotMeasuredException("not installed: no redis-server in PATH");
        var server = new RedisServer(new TemporaryFolder(data), program);
        try
        {
            await server.WaitAsync(cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public RedisConnection Open() => new(_address, _password);

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _folder.Dispose();
    }

    // The append-only file is never rewritten, which would cost it time.
    private static string Configuration(TemporaryFolder folder, int port, string password) => string.Create(CultureInfo.InvariantCulture, $"""
        bind 127.0.0.1
        port {port}
        dir "{folder.Path}"
        requirepass {password}
        save ""
        appendonly yes
        appendfsync always
        auto-aof-rewrite-percentage 0

        """);

    private async Task WaitAsync(CancellationToken cancellationToken)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                using var connection = Open();
                return;
            }
            catch (SocketException fault)
            {
                if (_process.HasExited || TimeProvider.System.GetElapsedTime(began) > StartTime)
                    throw new NotMeasuredException($"it does not start. {fault.Message} {_process.Output}");
            }

            await Task.Delay(50, cancellationToken);
        }
    }
}
