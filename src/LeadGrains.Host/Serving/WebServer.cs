using System.Net;
using LeadGrains.Gateway;
using LeadGrains.Host.Commands;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging.Console;

namespace LeadGrains.Host.Serving;

/// <summary>Kestrel with the gateway on one port, and the probes and the gateway for browsers on another.</summary>
internal sealed class WebServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private ListenOptions? _grpc;
    private ListenOptions? _http;

    public WebServer(ServeSettings settings, GatewayParts parts)
    {
        // An empty builder reads no file and no environment: where the server listens is what the command line says.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        AddLogging(builder.Logging, settings);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            KestrelLimits.ListenGrpc(kestrel, settings.Grpc, listen => _grpc = listen);
            KestrelLimits.ListenHttp(kestrel, settings.Http, listen => _http = listen);
        });
        builder.Services.AddSingleton<IHostLifetime, QuietLifetime>();
        builder.Services.AddLeadGrainsGateway(parts);
        BrowserAccess.Add(builder.Services, settings.WebOrigins);
        _app = builder.Build();
        BrowserAccess.Use(_app);
        _app.MapLeadGrainsGateway();
        Probes.Map(_app, parts.Readiness);
    }

    public ILogger Log => _app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("LeadGrains.Host");

    /// <summary>Where gRPC listens, with its real port.</summary>
    public IPEndPoint Grpc => _grpc?.IPEndPoint ?? throw new InvalidOperationException("The server has not started.");

    /// <summary>Where HTTP listens, with its real port.</summary>
    public IPEndPoint Http => _http?.IPEndPoint ?? throw new InvalidOperationException("The server has not started.");

    /// <exception cref="CommandFailedException">An address is taken or is not this machine's.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _app.StartAsync(cancellationToken);
        }
        catch (IOException failure) when (failure.InnerException is AddressInUseException)
        {
            throw new CommandFailedException(
                $"{failure.Message.TrimEnd('.')}. Stop the program that listens there, or choose other ports with --grpc ADDR:PORT and --http ADDR:PORT.", failure);
        }
        catch (System.Net.Sockets.SocketException failure)
        {
            throw new CommandFailedException($"Cannot listen: {failure.Message}. Check --grpc and --http.", failure);
        }
    }

    /// <summary>Takes no further connection and waits for calls under way.</summary>
    /// <param name="atMost">Cancelled when they are cut off.</param>
    public Task StopAsync(CancellationToken atMost) => _app.StopAsync(atMost);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static void AddLogging(ILoggingBuilder logging, ServeSettings settings)
    {
        logging.SetMinimumLevel(settings.LogLevel);
        logging.AddFilter("Microsoft", settings.LogLevel > LogLevel.Warning ? settings.LogLevel : LogLevel.Warning);

        // Standard output belongs to what people and scripts wait for.
        logging.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        const string Utc = "yyyy-MM-dd'T'HH:mm:ss.fff'Z' ";
        if (settings.LogJson)
        {
            logging.AddJsonConsole(json => (json.UseUtcTimestamp, json.TimestampFormat) = (true, Utc.TrimEnd()));
        }
        else
        {
            logging.AddSimpleConsole(text => (text.UseUtcTimestamp, text.TimestampFormat, text.SingleLine) = (true, Utc, true));
        }
    }
}
