using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using LeadGrains.Grpc.Tests.V1;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LeadGrains.Grpc.Tests.Client;

/// <summary>A real server whose port and certificate the test chooses; clients make channels of their own to it.</summary>
internal sealed class EchoHost : IAsyncDisposable
{
    private static readonly ConcurrentBag<Socket> Held = [];

    private readonly WebApplication _application;

    private EchoHost(WebApplication application)
    {
        _application = application;
        Address = new Uri(application.Urls.Single());
    }

    public Uri Address { get; }

    public int Port => Address.Port;

    public static async Task<EchoHost> StartAsync(EchoScript? script = null, int port = 0, X509Certificate2? certificate = null, bool wantsClientCertificate = false)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port, listen =>
        {
            listen.Protocols = HttpProtocols.Http2;
            if (certificate is not null)
                listen.UseHttps(https => Secure(https, certificate, wantsClientCertificate));
        }));
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(script ?? new EchoScript());
        var application = builder.Build();
        application.MapGrpcService<EchoService>();
        await application.StartAsync();
        return new EchoHost(application);
    }

    /// <summary>A server that answers with its name.</summary>
    public static Task<EchoHost> NamedAsync(string name, int port = 0) =>
        StartAsync(new EchoScript { Say = (_, _) => Task.FromResult(new Words { Text = name }) }, port);

    /// <summary>A port of loopback at which nothing listens but what a test starts there, and may stop and start again.</summary>
    public static int FreePort()
    {
        // A port that is only looked up may be given to anybody's next connection. One that is bound is given to nobody,
        // and yet a server that names it can have it, since TCP sockets are bound here so that they share a port with
        // those that do not listen.
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Held.Add(socket);
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    public async ValueTask DisposeAsync()
    {
        // Without it the server gives its connections up after a second, in which they may still be served.
        await _application.StopAsync();
        await _application.DisposeAsync();
    }

    private static void Secure(HttpsConnectionAdapterOptions https, X509Certificate2 certificate, bool wantsClientCertificate)
    {
        https.ServerCertificate = certificate;
        if (!wantsClientCertificate)
            return;
        https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
        https.ClientCertificateValidation = (client, _, _) => client.Subject == "CN=client.test";
    }
}
