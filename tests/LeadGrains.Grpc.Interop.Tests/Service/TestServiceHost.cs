using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LeadGrains.Grpc.Interop.Tests.Service;

/// <summary>The test service on a free port of loopback, without TLS.</summary>
internal sealed class TestServiceHost : IAsyncDisposable
{
    private readonly WebApplication _application;

    private TestServiceHost(WebApplication application)
    {
        _application = application;
        Port = new Uri(application.Urls.Single()).Port;
    }

    public int Port { get; }

    /// <param name="maxMessageSize">The longest request message, in bytes; null for the library's own bound.</param>
    public static async Task<TestServiceHost> StartAsync(int? maxMessageSize = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddScoped<RequestFlags>();
        builder.Services.AddGrpc(options => options.MaxReceiveMessageSize = maxMessageSize ?? options.MaxReceiveMessageSize);
        var application = builder.Build();
        application.Use(RequestFlags.WatchAsync);
        application.MapGrpcService<InteropService>();
        await application.StartAsync();
        return new TestServiceHost(application);
    }

    public ValueTask DisposeAsync() => _application.DisposeAsync();
}
