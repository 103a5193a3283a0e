using LeadGrains.Grains;
using LeadGrains.Scoring;
using Microsoft.Extensions.Logging;

namespace LeadGrains.Gateway.Webhooks;

/// <summary>What every delivery stands on.</summary>
internal sealed class WebhookParts(
    GrainClient grains, WebhookRecords records, WebhookPost post, WebhookBody body, WebhookMeters meters, WebhookSettings settings,
    TimeProvider clock, ILogger<WebhookParts> log)
{
    public GrainClient Grains => grains;
    public WebhookRecords Records => records;
    public WebhookPost Post => post;
    public WebhookBody Body => body;
    public WebhookMeters Meters => meters;
    public WebhookSettings Settings => settings;
    public TimeProvider Clock => clock;
    public ILogger Log => log;

    public Instant Now() => Instant.FromDateTimeOffset(clock.GetUtcNow());
}
