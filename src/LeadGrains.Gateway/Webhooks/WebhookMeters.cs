using System.Diagnostics.Metrics;
using LeadGrains.Gateway.Calls;

namespace LeadGrains.Gateway.Webhooks;

/// <summary>What deliveries count, under the gateway's meter.</summary>
internal sealed class WebhookMeters
{
    private readonly Counter<long> _attempts;
    private readonly Histogram<double> _latency;
    private readonly Counter<long> _paused;

    public WebhookMeters(IMeterFactory factory)
    {
        var meter = factory.Create(GatewayMeters.Name);
        _attempts = meter.CreateCounter<long>("leadgrains.gateway.webhooks.attempts", "{attempt}", "Posts to webhooks, by what came of them.");
        _latency = meter.CreateHistogram<double>("leadgrains.gateway.webhooks.latency", "s", "How long a receiver took to answer, or not to.");
        _paused = meter.CreateCounter<long>("leadgrains.gateway.webhooks.paused", "{webhook}", "Webhooks that were paused since they kept failing, or whose receiver is gone.");
    }

    public void Attempted(WebhookOutcome outcome)
    {
        _attempts.Add(1, new KeyValuePair<string, object?>("outcome", outcome.IsDelivered ? "delivered" : outcome.Status > 0 ? "refused" : "unanswered"));
        _latency.Record(outcome.Latency.TotalSeconds);
    }

    public void Paused() => _paused.Add(1);
}
