using System.Text.Json;
using Google.Protobuf;
using LeadGrains.V1;

namespace LeadGrains.Host.Importing;

/// <summary>Why a line is no signal. The parser says what is wrong but rarely where, so each field is tried by itself.</summary>
internal static class LineFaults
{
    private static readonly JsonParser Parser = new(JsonParser.Settings.Default);

    /// <param name="line">A line that the parser refused.</param>
    /// <param name="fault">What the parser said.</param>
    /// <returns>For people; it begins with the field where one is at fault.</returns>
    public static string Explain(string line, Exception fault)
    {
        if (line[0] == '[')
            return "a JSON array: write one JSON object a line, as `jq -c '.[]'` does of an array";
        try
        {
            using var document = JsonDocument.Parse(line);
            return document.RootElement.ValueKind == JsonValueKind.Object && InFields(document.RootElement) is { } found ? found : fault.Message;
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            // The second for a name with half of a surrogate pair in it.
            return fault.Message;
        }
    }

    private static string? InFields(JsonElement signal)
    {
        foreach (var field in signal.EnumerateObject())
        {
            if (field.Name == "attributes" && field.Value.ValueKind == JsonValueKind.Object && InAttributes(field.Value) is { } found)
                return found;
            if (Try($"{{{Of(field)}}}") is { } fault)
                return $"{field.Name}: {fault}";
        }

        return null;
    }

    private static string? InAttributes(JsonElement attributes)
    {
        foreach (var attribute in attributes.EnumerateObject())
        {
            if (Try($"{{\"attributes\":{{{Of(attribute)}}}}}") is { } fault)
                return $"attributes.{attribute.Name}: {fault}";
        }

        return null;
    }

    private static string Of(JsonProperty property) => $"{JsonSerializer.Serialize(property.Name)}:{property.Value.GetRawText()}";

    private static string? Try(string json)
    {
        try
        {
            Parser.Parse<Signal>(json);
            return null;
        }
        catch (Exception fault) when (fault is InvalidJsonException or InvalidProtocolBufferException)
        {
            return fault.Message;
        }
    }
}
