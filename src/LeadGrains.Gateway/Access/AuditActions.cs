namespace LeadGrains.Gateway.Access;

/// <summary>What is recorded of operators. Tools look for these words, so none is ever renamed.</summary>
internal static class AuditActions
{
    public const string KeyCreated = "key.create";
    public const string KeyRevoked = "key.revoke";
    public const string ModelPublished = "model.publish";
    public const string ShadowStarted = "model.shadow.start";
    public const string ContactErased = "contact.erase";
    public const string ContactExported = "contact.export";
    public const string RetentionRun = "retention.run";
    public const string ShadowStopped = "model.shadow.stop";
    public const string WebhookCreated = "webhook.create";
    public const string WebhookDeleted = "webhook.delete";
    public const string WebhookSecretRotated = "webhook.secret.rotate";
    public const string WebhookRedelivered = "webhook.redeliver";
    public const string WebhookResumed = "webhook.resume";
    public const string WebhookTested = "webhook.test";
}
