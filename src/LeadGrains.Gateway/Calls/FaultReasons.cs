namespace LeadGrains.Gateway.Calls;

/// <summary>
/// The reasons that programs find in the ErrorInfo of a fault. Clients depend on them, so none is ever renamed; the main
/// protos/README.md says what each means.
/// </summary>
internal static class FaultReasons
{
    public const string Domain = "leadgrains";

    public const string FieldInvalid = "FIELD_INVALID";
    public const string PageTokenInvalid = "PAGE_TOKEN_INVALID";
    public const string ResumeTokenInvalid = "RESUME_TOKEN_INVALID";
    public const string FilterWithoutColumn = "FILTER_WITHOUT_COLUMN";
    public const string AccountNotFound = "ACCOUNT_NOT_FOUND";
    public const string ContactNotFound = "CONTACT_NOT_FOUND";
    public const string ModelNotFound = "MODEL_NOT_FOUND";
    public const string ModelBusy = "MODEL_BUSY";
    public const string ModelsFull = "MODELS_FULL";
    public const string PartitionsElsewhere = "PARTITIONS_ELSEWHERE";
    public const string NoShadow = "NO_SHADOW";
    public const string ServiceNotFound = "SERVICE_NOT_FOUND";
    public const string HistoryTooLong = "HISTORY_TOO_LONG";
    public const string QueueFull = "QUEUE_FULL";
    public const string WatchersFull = "WATCHERS_FULL";
    public const string WebhookNotFound = "WEBHOOK_NOT_FOUND";
    public const string WebhooksFull = "WEBHOOKS_FULL";
    public const string ChangeNotFound = "CHANGE_NOT_FOUND";
    public const string PartitionUnavailable = "PARTITION_UNAVAILABLE";
    public const string ServerStarting = "SERVER_STARTING";
    public const string ServerDraining = "SERVER_DRAINING";
    public const string KeyRequired = "KEY_REQUIRED";
    public const string KeyLimit = "KEY_LIMIT";
    public const string ScopeMissing = "SCOPE_MISSING";
    public const string OriginRefused = "ORIGIN_REFUSED";
    public const string PageKeyRefused = "PAGE_KEY_REFUSED";
}
