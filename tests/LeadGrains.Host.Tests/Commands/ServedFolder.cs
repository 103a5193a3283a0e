using System.Net;
using LeadGrains.Host.Serving;

namespace LeadGrains.Host.Tests.Commands;

/// <summary>A real server on free ports, and a folder for its data and for a test's files, which goes with it.</summary>
internal sealed class ServedFolder : IAsyncDisposable
{
    private readonly DirectoryInfo _folder;
    private readonly RunningServer _server;

    private ServedFolder(DirectoryInfo folder, RunningServer server)
    {
        _folder = folder;
        _server = server;
    }

    public Uri GrpcAddress => _server.GrpcAddress;

    public Uri HttpAddress => _server.HttpAddress;

    public static async Task<ServedFolder> StartAsync()
    {
        var folder = Directory.CreateTempSubdirectory("leadgrains-tests-");
        var server = await RunningServer.StartAsync(
            new ServeSettings
            {
                Data = Path.Combine(folder.FullName, "data"),
                Grpc = new IPEndPoint(IPAddress.Loopback, 0),
                Http = new IPEndPoint(IPAddress.Loopback, 0),
                LogLevel = Microsoft.Extensions.Logging.LogLevel.None,
            },
            TimeProvider.System,
            TestContext.Current.CancellationToken);
        return new ServedFolder(folder, server);
    }

    /// <summary>The path of a file there.</summary>
    public string In(string file) => Path.Combine(_folder.FullName, file);

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
