using System.Net;
using Grpc.AspNetCore.Server;
using Grpc.Net.Client;
using LeadGrains.Grpc.Tests.V1;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LeadGrains.Grpc.Tests;

/// <summary>A real server on a free port of loopback, and a channel to it.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    /// <summary>After so many milliseconds a test is not slow but stuck, and must not hold up the others.</summary>
    public const int Patience = 120_000;

    private readonly WebApplication _application;

    private TestServer(WebApplication application)
    {
        _application = application;
        Address = new Uri(application.Urls.Single());
        Channel = GrpcChannel.ForAddress(Address);
        Client = new Echo.EchoClient(Channel);
    }

    public Uri Address { get; }

    public GrpcChannel Channel { get; }

    public Echo.EchoClient Client { get; }

    public static Task<TestServer> StartAsync(EchoScript? script = null, Action<GrpcServiceOptions>? options = null, HttpProtocols protocols = HttpProtocols.Http2) =>
        StartAsync(services => services.AddSingleton(script ?? new EchoScript()), app => app.MapGrpcService<EchoService>(), options, protocols);

    public static async Task<TestServer> StartAsync(Action<IServiceCollection> add, Action<WebApplication> map, Action<GrpcServiceOptions>? options = null, HttpProtocols protocols = HttpProtocols.Http2)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = protocols));
        builder.Services.AddGrpc(options ?? (_ => { }));
        add(builder.Services);
        var application = builder.Build();
        map(application);
        await application.StartAsync();
        return new TestServer(application);
    }

    /// <summary>An HTTP/2 client for requests that no gRPC client sends.</summary>
    public HttpClient RawClient() => new()
    {
        BaseAddress = Address,
        DefaultRequestVersion = HttpVersion.Version20,
        DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
    };

    public Task StopAsync(CancellationToken atMost) => _application.StopAsync(atMost);

    public async ValueTask DisposeAsync()
    {
        Channel.Dispose();
        await _application.DisposeAsync();
    }
}
