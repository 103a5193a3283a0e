using LeadGrains.Grains.Tracing;
using LeadGrains.Host.Commands;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace LeadGrains.Host.Telemetry;

/// <summary>
/// What a server tells to those who watch it: metrics to whoever asks for them, and metrics, traces and logs by OTLP where a
/// collector is named. Spans and measurements belong to the process: two servers in one show together.
/// </summary>
internal sealed class ServerTelemetry : IDisposable
{
    /// <summary>Of calls whose caller does not say whether they are traced.</summary>
    private const double SampledShare = 0.01;

    private static readonly string[] Meters =
        ["leadgrains.*", "System.Runtime", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel"];

    private readonly OtlpTarget _target;
    private readonly ResourceBuilder _resource;
    private readonly TracerProvider? _traces;

    /// <param name="collector">Where `serve` was told to send it; null for what the environment says.</param>
    /// <param name="instance">What no other server of the service is called.</param>
    public ServerTelemetry(Uri? collector, string instance)
    {
        _target = new OtlpTarget(collector);
        _resource = ResourceBuilder.CreateEmpty()
            .AddTelemetrySdk()
            .AddService("leadgrains", serviceVersion: ProgramVersion.Text, serviceInstanceId: instance)
            .AddEnvironmentVariableDetector();
        Metrics = BuildMetrics();
        _traces = _target.IsGiven ? BuildTraces() : null;
    }

    /// <summary>All that is measured.</summary>
    public MeterProvider Metrics { get; }

    /// <summary>Has log lines sent, too, where a collector is named.</summary>
    public void AddLogs(IHostApplicationBuilder server)
    {
        if (!_target.IsGiven)
        {
            return;
        }

        server.Configuration.AddConfiguration(_target.Variables);
        server.Logging.AddOpenTelemetry(logs =>
        {
            logs.IncludeFormattedMessage = true;
            logs.SetResourceBuilder(_resource);
            logs.AddOtlpExporter();
        });
    }

    public void Dispose()
    {
        _traces?.Dispose();
        Metrics.Dispose();
    }

    private MeterProvider BuildMetrics()
    {
        var metrics = Sdk.CreateMeterProviderBuilder()
            .ConfigureServices(services => services.AddSingleton<IConfiguration>(_target.Variables))
            .SetResourceBuilder(_resource)
            .AddMeter(Meters)
            .AddView(MetricViews.Of)
            .AddPrometheusExporter(scrape => scrape.ScopeInfoEnabled = false);
        return (_target.IsGiven ? metrics.AddOtlpExporter() : metrics).Build();
    }

    private TracerProvider BuildTraces()
    {
        var traces = Sdk.CreateTracerProviderBuilder()
            .ConfigureServices(services => services.AddSingleton<IConfiguration>(_target.Variables))
            .SetResourceBuilder(_resource)
            .AddSource(Spans.SourceName)
            .AddOtlpExporter();
        return (_target.ChoosesSampler ? traces : traces.SetSampler(new ParentBasedSampler(new TraceIdRatioBasedSampler(SampledShare)))).Build();
    }
}
