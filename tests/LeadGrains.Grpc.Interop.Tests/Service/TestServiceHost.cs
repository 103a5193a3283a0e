using System.Net;
using LeadGrains.Grpc.Interop.Tests.Cases;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LeadGrains.Grpc.Interop.Tests.Service;

/// <summary>The test service on a free port of loopback, without TLS.</summary>
internal sealed class TestServiceHost : IAsyncDisposable
{
    private static int _started;

    private readonly WebApplication _application;

    private TestServiceHost(WebApplication application)
    {
        _application = application;
        Port = new Uri(application.Urls.Single()).Port;
    }

    public int Port { get; }

    public static async Task<TestServiceHost> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddScoped<RequestFlags>();
        builder.Services.AddSingleton(new ServerIdentity($"leadgrains-{Interlocked.Increment(ref _started)}"));
        builder.Services.AddGrpc(options => options.MaxReceiveMessageSize = CaseList.MaxMessageSize);
        // Calls under way have this long to end when the server stops; it only guards against one that never does.
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromMinutes(2));
        var application = builder.Build();
        application.Use(RequestFlags.WatchAsync);
        application.MapGrpcService<InteropService>();
        await application.StartAsync();
        return new TestServiceHost(application);
    }

    /// <summary>Takes no new call, and waits for those under way.</summary>
    public Task StopAsync() => _application.StopAsync();

    public ValueTask DisposeAsync() => _application.DisposeAsync();
}
