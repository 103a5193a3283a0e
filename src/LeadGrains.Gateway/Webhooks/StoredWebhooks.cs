using LeadGrains.Gateway.Changes;
using LeadGrains.Grains;
using LeadGrains.Grains.Watching;
using LeadGrains.Registry.V1;
using LeadGrains.Scoring;

namespace LeadGrains.Gateway.Webhooks;

/// <summary>What a stored subscription means.</summary>
internal static class StoredWebhooks
{
    // A sort that a newer program knows stays with the subscription. No change here is of it, so that nothing is told by it.
    private const ChangeType OfNone = (ChangeType)(-1);

    /// <summary>Which changes it is told.</summary>
    public static ChangeFilter FilterOf(StoredWebhook webhook) => new()
    {
        Types = webhook.Types_.Select(type => ChangeChecks.TypeOf((V1.ChangeType)type) ?? OfNone).ToHashSet(),
        Kinds = webhook.Kinds.Select(kind => (GrainKind)kind).ToHashSet(),
        To = webhook.ToStages.ToHashSet(StringComparer.Ordinal),
        From = webhook.FromStages.ToHashSet(StringComparer.Ordinal),
        Thresholds = webhook.Thresholds.ToHashSet(StringComparer.Ordinal),
        Ids = webhook.Ids.ToHashSet(StringComparer.Ordinal),
    };

    /// <summary>What it is signed with then, the current secret first.</summary>
    public static IReadOnlyList<byte[]> SecretsOf(StoredWebhook webhook, Instant now) =>
        [.. webhook.Secrets.Where(secret => secret.UntilTicks == 0 || secret.UntilTicks > now.Ticks).Select(secret => secret.Key.ToByteArray())];

    /// <summary>Puts it into a state.</summary>
    public static void Move(StoredWebhook webhook, StoredWebhookState state, string reason, Instant now)
    {
        webhook.State = state;
        webhook.StateReason = reason;
        webhook.StateAtTicks = now.Ticks;
    }
}
