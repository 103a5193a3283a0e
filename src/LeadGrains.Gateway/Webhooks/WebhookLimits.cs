namespace LeadGrains.Gateway.Webhooks;

/// <summary>Bounds of what webhooks take.</summary>
internal static class WebhookLimits
{
    /// <summary>Subscriptions of one workspace.</summary>
    public const int PerWorkspace = 100;

    public const int UrlBytes = 2_048;

    public const int DescriptionBytes = 256;

    /// <summary>Changes of one subscription that are read and not acknowledged. Beyond it no more are read.</summary>
    public const int Window = 256;

    /// <summary>Posts of one subscription at a time, of as many contacts and accounts.</summary>
    public const int AtOnce = 16;

    /// <summary>Deliveries that are listed.</summary>
    public const int Recent = 256;

    /// <summary>Bytes of an answer's body that are read, and passed over.</summary>
    public const int AnswerBytes = 16 * 1024;

    /// <summary>For how long a former secret still signs.</summary>
    public static readonly TimeSpan SecretOverlap = TimeSpan.FromHours(24);
}
