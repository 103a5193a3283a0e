using System.Diagnostics.Metrics;
using LeadGrains.Gateway;

namespace LeadGrains.Host.Telemetry;

/// <summary>What the server as a whole tells of itself, under the meter "leadgrains.server".</summary>
internal sealed class ServerMeters : IDisposable
{
    private readonly Meter _meter = new("leadgrains.server");

    /// <param name="readiness">Whether calls are taken.</param>
    /// <param name="nodes">How many nodes share the store, this one counted.</param>
    public ServerMeters(Readiness readiness, Func<int> nodes)
    {
        _meter.CreateObservableGauge("leadgrains.server.ready", () => readiness.IsReady ? 1 : 0, unit: null, "1 while calls of all kinds are taken, else 0.");
        _meter.CreateObservableGauge("leadgrains.cluster.nodes", nodes, "{node}", "Nodes of the cluster that this one knows of, itself counted.");
    }

    public void Dispose() => _meter.Dispose();
}
