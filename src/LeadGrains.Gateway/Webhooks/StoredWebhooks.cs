using LeadGrains.Grains;
using LeadGrains.Grains.Watching;
using LeadGrains.Registry.V1;
using LeadGrains.Scoring;

namespace LeadGrains.Gateway.Webhooks;

/// <summary>What a stored subscription means.</summary>
internal static class StoredWebhooks
{
    /// <summary>Which changes it is told.</summary>
    public static ChangeFilter FilterOf(StoredWebhook webhook) => new()
    {
        Types = webhook.Types_.Select(type => TypeOf((V1.ChangeType)type)).ToHashSet(),
        Kinds = webhook.Kinds.Select(kind => (GrainKind)kind).ToHashSet(),
        To = webhook.ToStages.ToHashSet(StringComparer.Ordinal),
        From = webhook.FromStages.ToHashSet(StringComparer.Ordinal),
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

    private static ChangeType TypeOf(V1.ChangeType type) => type switch
    {
        V1.ChangeType.Surge => ChangeType.Surge,
        V1.ChangeType.WakeUp => ChangeType.WakeUp,
        _ => ChangeType.Stage,
    };
}
