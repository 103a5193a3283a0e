using LeadGrains.Gateway.Changes;
using LeadGrains.Gateway.Checks;
using LeadGrains.Gateway.Stages;
using LeadGrains.Registry.V1;
using LeadGrains.Scoring;

namespace LeadGrains.Gateway.Webhooks;

/// <summary>Checks what a subscription is to be.</summary>
internal sealed class WebhookChecks(WebhookAddresses addresses, WebhookSettings settings)
{
    private const string IdPrefix = "wh_";
    private const string IdLetters = "0123456789abcdefghjkmnpqrstvwxyz";
    private const int IdLength = 12;

    /// <summary>An id that no other subscription has.</summary>
    public static string NewId(Func<int, byte[]> chance) =>
        IdPrefix + string.Concat(chance(IdLength).Select(value => IdLetters[value % IdLetters.Length]));

    /// <summary>Whether it can be one: what callers send as one reaches no store otherwise.</summary>
    public static bool IsId(string id) =>
        id.Length == IdPrefix.Length + IdLength && id.StartsWith(IdPrefix, StringComparison.Ordinal) && id[IdPrefix.Length..].All(IdLetters.Contains);

    public async Task<StoredWebhook> ReadAsync(V1.CreateWebhookRequest request, ScoringModel model, RequestChecks fields, CancellationToken cancellationToken)
    {
        if (await FaultOfUrlAsync(request.Url, cancellationToken) is { } wrong)
            fields.Add("url", $"url {wrong}");
        if (FieldChecks.Text("description", request.Description, WebhookLimits.DescriptionBytes) is { } description)
            fields.Add(description);
        var webhook = new StoredWebhook { Url = request.Url, Description = request.Description, State = StoredWebhookState.Active };
        ChangeChecks.Types(request.Types_, fields);
        var kinds = StageChecks.Kinds(request.Kinds, fields);
        webhook.Types_.AddRange(request.Types_.Distinct().Select(type => (int)type));
        webhook.Kinds.AddRange(request.Kinds.Distinct().Select(kind => (int)kind));
        webhook.ToStages.AddRange(StageChecks.Named("to_stages", request.ToStages, fields));
        webhook.FromStages.AddRange(StageChecks.Named("from_stages", request.FromStages, fields));
        webhook.Thresholds.AddRange(StageChecks.Named("thresholds", request.Thresholds, fields));
        webhook.Ids.AddRange(StageChecks.Named("ids", request.Ids, fields));
        if (!request.AllowUnknown)
        {
            KnownNames.Stages("to_stages", webhook.ToStages, model, kinds, fields);
            KnownNames.Stages("from_stages", webhook.FromStages, model, kinds, fields);
            KnownNames.Thresholds("thresholds", webhook.Thresholds, model, kinds, fields);
        }

        return webhook;
    }

    /// <summary>The given secret, or a new one.</summary>
    public byte[] Secret(string text, RequestChecks fields)
    {
        if (text.Length == 0)
            return WebhookSecret.New(settings.Chance);
        if (WebhookSecret.Read(text) is { } key)
            return key;
        fields.Add("secret", "secret must be whsec_ and 24 to 64 bytes in base64");
        return [];
    }

    private async Task<string?> FaultOfUrlAsync(string text, CancellationToken cancellationToken)
    {
        if (FieldChecks.Text("url", text, WebhookLimits.UrlBytes) is { } fault)
            return fault.Message["url ".Length..];
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || (url.Scheme != Uri.UriSchemeHttps && url.Scheme != Uri.UriSchemeHttp) || url.Host.Length == 0)
            return "must be an address such as https://example.com/hook";
        if (url.UserInfo.Length > 0 || url.Fragment.Length > 0)
            return "must have no user, password or fragment";
        if (text.Any(letter => char.IsControl(letter) || char.IsWhiteSpace(letter)))
            return "must have no blanks or control characters: write them as %20 and so on";
        return await addresses.FaultOfAsync(url, cancellationToken);
    }
}
