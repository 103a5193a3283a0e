using System.Net;
using LeadGrains.Cluster.Peers;
using LeadGrains.Host.Commands;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace LeadGrains.Host.Serving;

/// <summary>Where other nodes are listened to: an address of its own, which serves nothing else.</summary>
internal sealed class PeerServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly IPEndPoint _listen;
    private ListeningEndpoint? _endpoint;

    public PeerServer(IPEndPoint listen, PeerServing serving)
    {
        _listen = listen;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = Environment.CurrentDirectory });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(Listen);
        builder.Services.AddLeadGrainsPeers(serving);
        builder.Services.AddSingleton<IHostLifetime, QuietLifetime>();
        _app = builder.Build();
        _app.MapLeadGrainsPeers();
    }

    /// <returns>The port.</returns>
    /// <exception cref="CommandFailedException">The address is taken or is not this machine's.</exception>
    public async Task<int> StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _app.StartAsync(cancellationToken);
            return _endpoint!.Address.Port;
        }
        catch (IOException failure) when (failure.InnerException is AddressInUseException)
        {
            throw new CommandFailedException($"{failure.Message.TrimEnd('.')}. Stop the program that listens there, or choose another port with --cluster ADDR:PORT.", failure);
        }
        catch (System.Net.Sockets.SocketException failure)
        {
            throw new CommandFailedException($"Cannot listen: {failure.Message}. Check --cluster ADDR:PORT.", failure);
        }
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private void Listen(KestrelServerOptions kestrel)
    {
        KestrelLimits.Apply(kestrel);
        KestrelLimits.ListenGrpc(kestrel, _listen, endpoint => _endpoint = endpoint);
    }
}
