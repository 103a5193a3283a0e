using System.Net;
using Grpc.Net.Client;
using LeadGrains.Benchmarks.V1;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LeadGrains.Benchmarks.Grpc;

/// <summary>One Kestrel on loopback that answers gRPC calls and plain posts, and a client for each.</summary>
internal sealed class EchoServers : IAsyncDisposable
{
    private readonly WebApplication _application;

    private EchoServers(WebApplication application)
    {
        _application = application;
        var address = new Uri(application.Urls.Single());
        Channel = GrpcChannel.ForAddress(address);
        Grpc = new Echo.EchoClient(Channel);
        Plain = new PlainClient(address);
    }

    public Echo.EchoClient Grpc { get; }

    public PlainClient Plain { get; }

    private GrpcChannel Channel { get; }

    public static async Task<EchoServers> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.Http2.MaxStreamsPerConnection = 1_000;
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
        });
        builder.Services.AddGrpc();
        var application = builder.Build();
        application.MapGrpcService<EchoService>();
        PlainServer.Map(application);
        await application.StartAsync();
        return new EchoServers(application);
    }

    public async ValueTask DisposeAsync()
    {
        Channel.Dispose();
        Plain.Dispose();
        await _application.DisposeAsync();
    }
}
