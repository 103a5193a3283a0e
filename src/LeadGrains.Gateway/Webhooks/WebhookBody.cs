using System.Text;
using Google.Protobuf;
using LeadGrains.Gateway.Changes;
using LeadGrains.Gateway.Values;
using LeadGrains.Grains.Watching;
using LeadGrains.Scoring;

namespace LeadGrains.Gateway.Webhooks;

/// <summary>What is posted of a change: its type, its time, and the Change message of the API in protobuf's JSON.</summary>
internal sealed class WebhookBody(ChangeTelling telling)
{
    private static readonly JsonFormatter Formatter = new(JsonFormatter.Settings.Default.WithFormatDefaultValues(true));

    /// <summary>The type of a message that is sent to see whether it arrives.</summary>
    public const string TestType = "webhook.test";

    public async Task<byte[]> WriteAsync(GrainChange change, CancellationToken cancellationToken) =>
        Write(TypeOf(change), change.At, Formatter.Format(await telling.WriteAsync(change, cancellationToken)));

    public static byte[] WriteTest(string webhook, Instant now) => Write(TestType, now, $$"""{ "webhookId": "{{webhook}}" }""");

    private static byte[] Write(string type, Instant at, string data) => Encoding.UTF8.GetBytes(
        $$"""{ "type": "{{type}}", "timestamp": {{Formatter.Format(Timestamps.Write(at))}}, "data": {{data}} }""");

    private static string TypeOf(GrainChange change)
    {
        var kind = change.Kind == Grains.GrainKind.Contact ? "contact" : "account";
        return change.Type switch
        {
            ChangeType.Stage => $"{kind}.stage_changed",
            ChangeType.Surge => $"{kind}.surge_began",
            ChangeType.Threshold => $"{kind}.threshold_crossed",
            _ => $"{kind}.woke_up",
        };
    }
}
