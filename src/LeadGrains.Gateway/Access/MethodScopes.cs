using System.Collections.Frozen;

namespace LeadGrains.Gateway.Access;

/// <summary>What each method of the API needs. One that is not in the table needs all scopes, and fails a test.</summary>
internal static class MethodScopes
{
    private static readonly FrozenDictionary<string, KeyScopes> Table = new Dictionary<string, KeyScopes>(StringComparer.Ordinal)
    {
        ["/leadgrains.v1.IngestService/RecordSignals"] = KeyScopes.Ingest,
        ["/leadgrains.v1.IngestService/StreamSignals"] = KeyScopes.Ingest,
        ["/leadgrains.v1.ContactService/UpsertContacts"] = KeyScopes.Ingest,
        ["/leadgrains.v1.ContactService/MergeContacts"] = KeyScopes.Ingest | KeyScopes.Read, // Its answer is the contact.
        ["/leadgrains.v1.ContactService/GetContact"] = KeyScopes.Read,
        ["/leadgrains.v1.ContactService/ExplainContact"] = KeyScopes.Read,
        ["/leadgrains.v1.ContactService/ListSignals"] = KeyScopes.Read,
        ["/leadgrains.v1.AccountService/UpsertAccounts"] = KeyScopes.Ingest,
        ["/leadgrains.v1.AccountService/GetAccount"] = KeyScopes.Read,
        ["/leadgrains.v1.AccountService/ExplainAccount"] = KeyScopes.Read,
        ["/leadgrains.v1.AccountService/ListAccountContacts"] = KeyScopes.Read,
        ["/leadgrains.v1.RankingService/RankAccounts"] = KeyScopes.Read,
        ["/leadgrains.v1.RankingService/RankContacts"] = KeyScopes.Read,
        ["/leadgrains.v1.StageService/WatchStageChanges"] = KeyScopes.Read,
        ["/leadgrains.v1.AuditService/ListAuditEntries"] = KeyScopes.Admin,
        ["/leadgrains.v1.RefusalService/ListRefusals"] = KeyScopes.Admin,
        ["/leadgrains.v1.ChangeService/WatchChanges"] = KeyScopes.Read,
        ["/leadgrains.v1.ExportService/ExportContacts"] = KeyScopes.Read,
        ["/leadgrains.v1.ExportService/ExportAccounts"] = KeyScopes.Read,
        ["/leadgrains.v1.ExportService/ExportSignals"] = KeyScopes.Read,
        ["/leadgrains.v1.WebhookService/CreateWebhook"] = KeyScopes.Admin,
        ["/leadgrains.v1.WebhookService/ListWebhooks"] = KeyScopes.Admin,
        ["/leadgrains.v1.WebhookService/DeleteWebhook"] = KeyScopes.Admin,
        ["/leadgrains.v1.WebhookService/RotateWebhookSecret"] = KeyScopes.Admin,
        ["/leadgrains.v1.WebhookService/ListWebhookDeliveries"] = KeyScopes.Admin,
        ["/leadgrains.v1.WebhookService/RedeliverWebhook"] = KeyScopes.Admin,
        ["/leadgrains.v1.WebhookService/ResumeWebhook"] = KeyScopes.Admin,
        ["/leadgrains.v1.WebhookService/TestWebhook"] = KeyScopes.Admin,
        ["/leadgrains.v1.ModelService/GetModel"] = KeyScopes.Read,
        ["/leadgrains.v1.ModelService/ListModels"] = KeyScopes.Read,
        ["/leadgrains.v1.ModelService/PreviewModel"] = KeyScopes.Model,
        ["/leadgrains.v1.ModelService/PublishModel"] = KeyScopes.Model,
        ["/leadgrains.v1.ModelService/StartShadow"] = KeyScopes.Model,
        ["/leadgrains.v1.ModelService/StopShadow"] = KeyScopes.Model,
        ["/leadgrains.v1.ModelService/CompareShadow"] = KeyScopes.Model,
        ["/leadgrains.v1.PrivacyService/EraseContact"] = KeyScopes.Admin,
        ["/leadgrains.v1.PrivacyService/ExportContact"] = KeyScopes.Admin,
        ["/leadgrains.v1.PrivacyService/GetRetention"] = KeyScopes.Admin,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>What a method needs, by its full name.</summary>
    public static KeyScopes Of(string method) => Table.GetValueOrDefault(method, KeyScopes.All);

    /// <summary>Whether it was decided.</summary>
    public static bool Knows(string method) => Table.ContainsKey(method);
}
