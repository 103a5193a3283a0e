using System.Globalization;
using LeadGrains.Host.Terminals;
using LeadGrains.V1;

namespace LeadGrains.Host.Clients;

/// <summary>Webhooks and their deliveries as tables.</summary>
internal static class WebhookTables
{
    public static void Show(Terminal terminal, CreateWebhookResponse answer)
    {
        terminal.Line($"Webhook {answer.Webhook.WebhookId} posts to {answer.Webhook.Url} from now on.");
        terminal.Line($"Secret: {answer.Secret}");
        terminal.Line("It is not shown again.");
    }

    public static void Show(Terminal terminal, RotateWebhookSecretResponse answer)
    {
        terminal.Line($"Secret: {answer.Secret}");
        terminal.Line($"It is not shown again. The former one signs, too, until {ScoreText.Of(answer.FormerUntil)}.");
    }

    public static void Show(Terminal terminal, ListWebhooksResponse answer)
    {
        var table = new TextTable().Left("webhook", "url", "told", "state", "since", "failing since", "description");
        foreach (var webhook in answer.Webhooks)
        {
            table.Row(
                webhook.WebhookId, webhook.Url, Told(webhook), StateOf(webhook.State), ScoreText.Of(webhook.StateAt), ScoreText.Of(webhook.FailingSince), webhook.Description);
        }

        terminal.Table(table);
        foreach (var webhook in answer.Webhooks.Where(webhook => webhook.StateReason.Length > 0))
        {
            terminal.Line(webhook.State == WebhookState.Active
                ? $"{webhook.WebhookId}: {webhook.StateReason}"
                : $"{webhook.WebhookId}: {webhook.StateReason} `leadgrains webhooks resume {webhook.WebhookId}` goes on where it stopped.");
        }
    }

    public static void Show(Terminal terminal, ListWebhookDeliveriesResponse answer)
    {
        var table = new TextTable().Left("change", "last attempt", "came of it").Right("status", "attempts", "ms");
        foreach (var delivery in answer.Deliveries)
        {
            table.Row(
                delivery.ChangeId, ScoreText.Of(delivery.LastAttemptAt), delivery.Delivered ? "delivered" : delivery.Error,
                delivery.Status == 0 ? "" : delivery.Status.ToString(CultureInfo.InvariantCulture), ScoreText.Of((long)delivery.Attempts),
                ScoreText.Of((long)delivery.LatencyMilliseconds));
        }

        terminal.Table(table);
    }

    /// <summary>What came of one post.</summary>
    public static string Say(WebhookDelivery delivery)
    {
        var status = delivery.Status == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" (status {delivery.Status})");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{(delivery.Delivered ? "Delivered" : $"Not delivered: {delivery.Error}")}{status}, after {delivery.LatencyMilliseconds} ms.");
    }

    private static string Told(Webhook webhook)
    {
        if (webhook.State == WebhookState.Unreadable)
        {
            return "";
        }

        var sorts = webhook.Types_.Count == 0 ? "all" : string.Join(", ", webhook.Types_.Select(ChangeText.WordOf));
        var narrower = webhook.Kinds.Count + webhook.ToStages.Count + webhook.FromStages.Count + webhook.Thresholds.Count + webhook.Ids.Count > 0;
        return narrower ? sorts + ", filtered" : sorts;
    }

    private static string StateOf(WebhookState state) => state switch
    {
        WebhookState.Active => "active",
        WebhookState.Paused => "paused",
        WebhookState.Unreadable => "unreadable",
        _ => "gone",
    };
}
