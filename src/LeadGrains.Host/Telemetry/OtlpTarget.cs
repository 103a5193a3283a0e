namespace LeadGrains.Host.Telemetry;

/// <summary>Where metrics, traces and logs are sent by OTLP: the standard OTEL_* variables, and what `serve` was told beside them.</summary>
internal sealed class OtlpTarget
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string Sampler = "OTEL_TRACES_SAMPLER";

    private static readonly string[] Endpoints =
        [Endpoint, "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT"];

    /// <param name="given">The collector that `serve` was told; null for what the environment says.</param>
    public OtlpTarget(Uri? given)
    {
        var variables = new ConfigurationBuilder().AddEnvironmentVariables().Build().AsEnumerable()
            .Where(variable => variable.Key.StartsWith("OTEL_", StringComparison.Ordinal))
            .ToDictionary(variable => variable.Key, variable => variable.Value, StringComparer.Ordinal);
        if (given is not null)
        {
            variables[Endpoint] = given.AbsoluteUri;
        }

        Variables = new ConfigurationBuilder().AddInMemoryCollection(variables).Build();
    }

    /// <summary>As the OpenTelemetry SDK reads them.</summary>
    public IConfigurationRoot Variables { get; }

    /// <summary>Somebody wants to be told.</summary>
    public bool IsGiven => Endpoints.Any(name => !string.IsNullOrWhiteSpace(Variables[name]));

    /// <summary>The environment says which calls are traced.</summary>
    public bool ChoosesSampler => !string.IsNullOrWhiteSpace(Variables[Sampler]);
}
