using Grpc.Net.Client;
using LeadGrains.Grpc.Interop.Tests.Cases;
using LeadGrains.Grpc.Interop.Tests.Wire;

namespace LeadGrains.Grpc.Interop.Tests.Peers;

/// <summary>A peer's server, started when the first test asks for it.</summary>
internal sealed class PeerServer(PeerLibrary library, params string[] options) : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private Task<(RunningProcess Process, int Port)>? _started;

    /// <summary>Runs a case of our client against it, over a channel of its own.</summary>
    public async Task RunAsync(string name, Gaps without) => await RunAsync(name, await PortAsync(), without);

    /// <summary>Runs a case of our client against any server.</summary>
    public static async Task RunAsync(string name, int port, Gaps without = Gaps.None)
    {
        await using var tap = new WireTap(port);
        await RunAsync(name, tap, without);
    }

    /// <summary>Runs a case of our client against what is behind a tap.</summary>
    public static async Task RunAsync(string name, WireTap tap, Gaps without = Gaps.None)
    {
        using (var channel = GrpcChannel.ForAddress(tap.Address, new GrpcChannelOptions { MaxReceiveMessageSize = CaseList.MaxMessageSize }))
        {
            await new ClientCases(channel, without).RunAsync(name);
        }

        CaseList.CheckWire(name, tap, without);
    }

    public async Task<int> PortAsync()
    {
        Task<(RunningProcess Process, int Port)> started;
        lock (_lock)
        {
            started = _started ??= library.ServeAsync(options);
        }

        var (process, port) = await started;
        Assert.False(process.HasExited, process.Output);
        return port;
    }

    public async ValueTask DisposeAsync()
    {
        if (_started is { IsCompletedSuccessfully: true })
        {
            await (await _started).Process.DisposeAsync();
        }

        library.Dispose();
    }
}
