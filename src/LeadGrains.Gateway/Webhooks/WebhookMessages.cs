using LeadGrains.Gateway.Values;
using LeadGrains.Registry.V1;
using LeadGrains.Scoring;

namespace LeadGrains.Gateway.Webhooks;

/// <summary>Subscriptions and deliveries on the wire. Secrets never are.</summary>
internal static class WebhookMessages
{
    public static V1.Webhook Write(string id, StoredWebhook webhook, StoredProgress progress)
    {
        var message = new V1.Webhook
        {
            WebhookId = id,
            Url = webhook.Url,
            Description = webhook.Description,
            CreatedAt = Timestamps.Write(new Instant(webhook.CreatedAtTicks)),
            CreatedBy = webhook.CreatedBy,
            State = StateOf(webhook.State),
            StateReason = webhook.StateReason,
            StateAt = Timestamps.Write(new Instant(webhook.StateAtTicks)),
            FailingSince = progress.FailingSinceTicks == 0 ? null : Timestamps.Write(new Instant(progress.FailingSinceTicks)),
        };
        message.Types_.AddRange(webhook.Types_.Select(type => (V1.ChangeType)type));
        message.Kinds.AddRange(webhook.Kinds.Select(kind => (V1.GrainKind)kind));
        message.ToStages.AddRange(webhook.ToStages);
        message.FromStages.AddRange(webhook.FromStages);
        message.Thresholds.AddRange(webhook.Thresholds);
        message.Ids.AddRange(webhook.Ids);
        return message;
    }

    public static V1.WebhookDelivery Write(StoredDelivery delivery) => new()
    {
        ChangeId = delivery.ChangeId,
        Delivered = delivery.Delivered,
        Attempts = delivery.Attempts,
        LastAttemptAt = Timestamps.Write(new Instant(delivery.LastAttemptAtTicks)),
        Status = delivery.Status,
        LatencyMilliseconds = delivery.LatencyMilliseconds,
        Error = delivery.Error,
    };

    private static V1.WebhookState StateOf(StoredWebhookState state) => state switch
    {
        StoredWebhookState.Active => V1.WebhookState.Active,
        StoredWebhookState.Paused => V1.WebhookState.Paused,
        StoredWebhookState.Gone => V1.WebhookState.Gone,
        _ => V1.WebhookState.Unspecified,
    };
}
