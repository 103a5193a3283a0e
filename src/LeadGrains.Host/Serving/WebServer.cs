using System.Security.Cryptography;
using LeadGrains.Gateway;
using LeadGrains.Host.Commands;
using LeadGrains.Host.Composition;
using LeadGrains.Host.Telemetry;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging.Console;

namespace LeadGrains.Host.Serving;

/// <summary>Kestrel with the gateway, for gRPC and for browsers, and the probes.</summary>
internal sealed class WebServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ServeSettings _settings;
    private readonly TimeProvider _clock;
    private readonly ServerTelemetry _telemetry;
    private readonly List<ListeningEndpoint> _endpoints = [];

    public WebServer(ServeSettings settings, GatewayParts parts)
    {
        // An empty builder reads no file and no environment: where the server listens is what the settings say.
        (_settings, _clock) = (settings, parts.Clock);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = Environment.CurrentDirectory });
        AddLogging(builder.Logging, settings);
        _telemetry = new ServerTelemetry(settings.Otlp, settings.Cluster?.Node ?? ProcessRandomness.NewId().ToString());
        _telemetry.AddLogs(builder);
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(Listen);
        builder.Services.AddSingleton<IHostLifetime, QuietLifetime>();
        builder.Services.AddLeadGrainsGateway(parts);
        BrowserAccess.Add(builder.Services, settings.WebOrigins);
        _app = builder.Build();
        BrowserAccess.Use(_app, settings.WebOrigins);
        _app.UseLeadGrainsAdmission();
        _app.MapLeadGrainsGateway();
        Probes.Map(_app, parts.Readiness);
        MetricsPage.Map(_app, _telemetry.Metrics);
    }

    public ILogger Log => _app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("LeadGrains.Host");

    /// <summary>All that is mapped.</summary>
    public IReadOnlyList<Endpoint> Routes => _app.Services.GetRequiredService<EndpointDataSource>().Endpoints;

    /// <summary>Where the server listens, with real ports once it has started.</summary>
    public IReadOnlyList<ListeningEndpoint> Endpoints { get; private set; } = [];

    /// <exception cref="CommandFailedException">An address is taken or is not this machine's.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _app.StartAsync(cancellationToken);
            Endpoints = [.. _endpoints];
        }
        catch (IOException failure) when (failure.InnerException is AddressInUseException)
        {
            throw new CommandFailedException(
                $"{failure.Message.TrimEnd('.')}. Stop the program that listens there, or choose other ports with {Where}.", failure);
        }
        catch (System.Net.Sockets.SocketException failure)
        {
            throw new CommandFailedException($"Cannot listen: {failure.Message}. Check {Where}.", failure);
        }
        catch (Exception failure) when (_settings.Endpoints is not null && failure is InvalidOperationException or FormatException or CryptographicException)
        {
            throw new CommandFailedException($"The settings cannot be used: {failure.Message}", failure);
        }
    }

    /// <summary>Takes no further connection and waits for calls under way.</summary>
    /// <param name="atMost">Cancelled when they are cut off.</param>
    public Task StopAsync(CancellationToken atMost) => _app.StopAsync(atMost);

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _telemetry.Dispose();
        _settings.Endpoints?.Dispose();
    }

    private string Where => _settings.Endpoints is null ? "--grpc ADDR:PORT and --http ADDR:PORT" : "the URLs of the settings";

    // Renewed certificates come by here again, and Kestrel alone follows them.
    private void Add(ListeningEndpoint endpoint)
    {
        if (Endpoints.Count == 0)
        {
            _endpoints.Add(endpoint);
        }
    }

    private void Listen(KestrelServerOptions kestrel)
    {
        KestrelLimits.Apply(kestrel, _settings.Connections);
        var room = new ConnectionRoom(_settings.ConnectionsPerAddress, address => ServerLog.TooManyConnections(Log, address, _settings.ConnectionsPerAddress), _clock);
        if (_settings.Endpoints is { } configured)
        {
            configured.ListenOn(kestrel, Add, room);
            return;
        }

        KestrelLimits.ListenGrpc(kestrel, _settings.Grpc, Add, room);
        KestrelLimits.ListenHttp(kestrel, _settings.Http, Add, room);
    }

    private static void AddLogging(ILoggingBuilder logging, ServeSettings settings)
    {
        logging.SetMinimumLevel(settings.LogLevel);
        logging.AddFilter("Microsoft", settings.LogLevel > LogLevel.Warning ? settings.LogLevel : LogLevel.Warning);

        // What keeps the host from starting is thrown too, and said in a sentence.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);

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
