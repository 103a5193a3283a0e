using Google.Protobuf;
using LeadGrains.Grains.Storage;
using LeadGrains.Registry.V1;

namespace LeadGrains.Gateway.Webhooks;

/// <summary>Subscriptions, and how far their deliveries came, as the registry keeps them.</summary>
internal sealed class WebhookRecords(IRegistry registry)
{
    private const string Webhooks = "webhooks";
    private const string Progress = "webhook-progress";

    /// <summary>What changed after a revision: subscriptions, or null for those that are gone.</summary>
    public async Task<IReadOnlyList<WebhookRecord>> ReadAsync(long afterRevision, CancellationToken cancellationToken)
    {
        var records = new List<WebhookRecord>();
        await foreach (var page in registry.ReadPagesAsync(Webhooks, afterRevision, cancellationToken))
            records.AddRange(page.Select(Read));
        return records;
    }

    /// <summary>Those that nobody can read, by id: whose they are is not known.</summary>
    public async Task<IReadOnlyList<WebhookRecord>> ReadDamagedAsync(CancellationToken cancellationToken) =>
        [.. (await ReadAsync(0, cancellationToken)).Where(record => record.IsDamaged).OrderBy(record => record.Id, StringComparer.Ordinal)];

    /// <summary>Those of a workspace, oldest first.</summary>
    public async Task<IReadOnlyList<WebhookRecord>> ReadAllAsync(string workspace, CancellationToken cancellationToken) =>
        [.. (await ReadAsync(0, cancellationToken)).Where(record => record.Webhook?.Workspace == workspace)
            .OrderBy(record => record.Webhook!.CreatedAtTicks).ThenBy(record => record.Id, StringComparer.Ordinal)];

    /// <summary>One of a workspace's; null where there is none.</summary>
    public async Task<WebhookRecord?> FindAsync(string workspace, string id, CancellationToken cancellationToken) =>
        await registry.FindAsync(Webhooks, id, cancellationToken) is { } document && Read(document) is { Webhook: { } webhook } record
            && webhook.Workspace == workspace ? record : null;

    /// <summary>Whether there is one that nobody can read.</summary>
    public async Task<bool> IsDamagedAsync(string id, CancellationToken cancellationToken) =>
        await registry.FindAsync(Webhooks, id, cancellationToken) is { } document && Read(document).IsDamaged;

    /// <summary>The new revision; null where it has changed meanwhile.</summary>
    public Task<long?> WriteAsync(string id, StoredWebhook webhook, long expectedRevision, CancellationToken cancellationToken) =>
        registry.WriteAsync(Webhooks, id, webhook.ToByteArray(), expectedRevision, cancellationToken);

    public async Task RemoveAsync(string id, CancellationToken cancellationToken)
    {
        await registry.WriteAsync(Webhooks, id, null, null, cancellationToken);
        await registry.WriteAsync(Progress, id, null, null, cancellationToken);
    }

    public async Task<(StoredProgress Progress, long Revision)> FindProgressAsync(string id, CancellationToken cancellationToken) =>
        await registry.FindAsync(Progress, id, cancellationToken) is { Body: { } body } document
            ? (StoredProgress.Parser.ParseFrom(body.Span), document.Revision)
            : (new StoredProgress(), 0);

    /// <inheritdoc cref="WriteAsync"/>
    public Task<long?> WriteProgressAsync(string id, StoredProgress progress, long expectedRevision, CancellationToken cancellationToken) =>
        registry.WriteAsync(Progress, id, progress.ToByteArray(), expectedRevision, cancellationToken);

    // One that cannot be read is as good as deleted, and keeps no other from being delivered.
    private static WebhookRecord Read(RegistryDocument document)
    {
        try
        {
            return new WebhookRecord(document.Id, document.Revision, document.Body is { } body ? StoredWebhook.Parser.ParseFrom(body.Span) : null);
        }
        catch (InvalidProtocolBufferException)
        {
            return new WebhookRecord(document.Id, document.Revision, Webhook: null) { IsDamaged = true };
        }
    }
}

/// <summary>One subscription as of its latest write.</summary>
/// <param name="Id">Such as "wh_q7n2k4c1p8t0".</param>
/// <param name="Revision">In the registry.</param>
/// <param name="Webhook">Null where it was deleted, or is damaged.</param>
internal sealed record WebhookRecord(string Id, long Revision, StoredWebhook? Webhook)
{
    /// <summary>It is there, and cannot be read.</summary>
    public bool IsDamaged { get; init; }
}
