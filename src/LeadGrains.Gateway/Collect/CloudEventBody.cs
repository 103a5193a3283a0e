using System.Text;
using System.Text.Json;
using LeadGrains.Gateway.Checks;
using Microsoft.AspNetCore.Http;

namespace LeadGrains.Gateway.Collect;

/// <summary>A body of CloudEvents 1.0: one, several, or the data of one whose attributes are headers.</summary>
internal static class CloudEventBody
{
    /// <summary>Before the name of an attribute, in a header.</summary>
    private const string Prefix = "ce-";

    private const int EventsMax = 10_000;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The attributes are headers.</summary>
    public static bool IsBinary(HttpRequest request) => request.Headers.ContainsKey("ce-specversion") || request.Headers.ContainsKey("ce-id");

    /// <summary>Reads one or several that are JSON; what is wrong with one is noted by itself.</summary>
    public static void Read(JsonElement body, Collection into)
    {
        if (body.ValueKind != JsonValueKind.Array)
        {
            into.IsSingle = true;
            Take(body, into);
            return;
        }

        foreach (var message in body.EnumerateArray().Take(EventsMax))
            Take(message, into);
        if (body.GetArrayLength() > EventsMax)
            into.Refuse(FieldChecks.TooLong("batch", body.GetArrayLength(), EventsMax, "events"));
    }

    /// <summary>Reads one whose attributes are headers.</summary>
    public static void ReadBinary(HttpRequest request, ReadOnlyMemory<byte> body, Collection into)
    {
        into.IsSingle = true;
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var header in request.Headers.Where(header => header.Key.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)))
            attributes[header.Key[Prefix.Length..].ToLowerInvariant()] = TextOf(header.Value.ToString());
        using var data = body.IsEmpty || !IsJson(request.ContentType) ? null : CollectBody.Parse(body);
        Take(new CloudEvent(attributes, data?.RootElement ?? default), into);
    }

    private static void Take(JsonElement message, Collection into)
    {
        try
        {
            if (message.ValueKind != JsonValueKind.Object)
            {
                into.Begin(id: null, type: null);
                into.Refuse(FieldChecks.Invalid("event", "is no object"), into.Message);
                return;
            }

            var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var property in message.EnumerateObject().Where(property => property.Name is not ("data" or "data_base64")))
                attributes[property.Name.ToLowerInvariant()] = JsonFields.Scalar(property.Value) ?? "";
            using var packed = DataOf(message);
            Take(new CloudEvent(attributes, packed?.RootElement ?? message.Get("data")), into);
        }
        catch (InvalidOperationException)
        {
            into.Begin(id: null, type: null);
            into.Refuse(FieldChecks.Invalid("event", "has a text that is not valid UTF-8"), into.Message);
        }
    }

    private static void Take(CloudEvent message, Collection into)
    {
        into.Begin(message["id"], message["type"]);
        if (CloudEventMapping.Map(message, into) is { } fault)
            into.Refuse(fault, into.Message);
    }

    // Data that is no JSON tells nothing that a rule could look at.
    private static JsonDocument? DataOf(JsonElement message)
    {
        if (message.Text("data_base64") is not { } base64 || !IsJson(message.Text("datacontenttype")))
            return null;
        try
        {
            return JsonDocument.Parse(Convert.FromBase64String(base64));
        }
        catch (Exception fault) when (fault is FormatException or JsonException)
        {
            return null;
        }
    }

    private static bool IsJson(string? contentType) =>
        string.IsNullOrEmpty(contentType) || contentType.Split(';')[0].TrimEnd().EndsWith("json", StringComparison.OrdinalIgnoreCase);

    // Headers come as Latin-1, letter for byte. The specification asks for percent signs, and some senders write UTF-8.
    private static string TextOf(string header)
    {
        var text = header;
        try
        {
            if (header.Any(letter => letter > 0x7F) && header.All(letter => letter <= 0xFF))
                text = StrictUtf8.GetString(Encoding.Latin1.GetBytes(header));
        }
        catch (DecoderFallbackException)
        {
            // It is Latin-1.
        }

        return text.Contains('%', StringComparison.Ordinal) ? Uri.UnescapeDataString(text) : text;
    }
}
