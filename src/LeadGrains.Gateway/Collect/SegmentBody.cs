using System.Text.Json;
using LeadGrains.Gateway.Checks;

namespace LeadGrains.Gateway.Collect;

/// <summary>A body of Segment's SDKs and of those that follow them: one message, or several in an envelope.</summary>
internal static class SegmentBody
{
    /// <summary>Messages of one request that are looked at: SDKs send some tens.</summary>
    private const int MessagesMax = 10_000;

    /// <summary>Reads all messages; what is wrong with one is noted by itself.</summary>
    /// <param name="body">As it was sent.</param>
    /// <param name="route">Where to.</param>
    /// <param name="into">Gets them.</param>
    public static void Read(JsonElement body, CollectRoute route, Collection into)
    {
        var mapping = new SegmentMapping(into, new EventTime(into.ReceivedAt, body.Time("sentAt")), route.Form == CollectForm.Jitsu);
        if (body.Get("batch") is not { ValueKind: JsonValueKind.Array } batch)
        {
            Take(body, route.Type, mapping, into);
            return;
        }

        foreach (var message in batch.EnumerateArray().Take(MessagesMax))
            Take(message, pathType: null, mapping, into);
        if (batch.GetArrayLength() > MessagesMax)
            into.Refuse(FieldChecks.TooLong("batch", batch.GetArrayLength(), MessagesMax, "messages"));
    }

    private static void Take(JsonElement message, string? pathType, SegmentMapping mapping, Collection into)
    {
        try
        {
            mapping.Take(message, pathType);
        }
        catch (InvalidOperationException)
        {
            // The parser looks at texts only when they are asked for.
            into.Begin(id: null, type: null);
            into.Refuse(FieldChecks.Invalid("message", "has a text that is not valid UTF-8"), into.Message);
        }
    }
}
