using System.Globalization;
using System.Text.Json;
using LeadGrains.Grains;
using LeadGrains.Scoring;

namespace LeadGrains.Gateway.Collect;

/// <summary>Fields of messages that any program may have written: what is missing, null or of another kind is not there.</summary>
internal static class JsonFields
{
    // Numbers below it are seconds since 1970, others milliseconds: it is the year 1973 in the one and 5138 in the other.
    private const double FirstMilliseconds = 1e11;

    /// <summary>A field; of a kind of its own where it is not there.</summary>
    public static JsonElement Get(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value : default;

    /// <summary>A text, or a number as it is written; null for everything else and for nothing.</summary>
    public static string? Text(this JsonElement element, string name) => TextOf(element.Get(name));

    /// <summary>As <see cref="Text"/>, of the value itself.</summary>
    public static string? TextOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString() is { Length: > 0 } text ? text : null,
        JsonValueKind.Number => value.GetRawText(),
        _ => null,
    };

    /// <summary>A scalar or a list of scalars as an attribute has it; null where it is neither, or empty.</summary>
    public static string? Scalar(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        JsonValueKind.Array => value.EnumerateArray().Take(Limits.TraitListElements).Where(IsScalar).Select(Scalar).ToList() is { Count: > 0 } all
            ? string.Join(",", all)
            : null,
        _ => TextOf(value),
    };

    /// <summary>An instant in ISO 8601, UTC where it names no offset, or a number since 1970; null where there is none.</summary>
    public static Instant? Time(this JsonElement element, string name)
    {
        var value = element.Get(name);
        if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number))
            return FromNumber(number);
        return value.ValueKind == JsonValueKind.String ? TimeOf(value.GetString()!) : null;
    }

    /// <summary>As <see cref="Time"/>, of the text itself.</summary>
    public static Instant? TimeOf(string text) =>
        text.Length >= 10 && char.IsAsciiDigit(text[0]) && text[4] == '-'
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
                ? Instant.FromDateTimeOffset(time)
                : null;

    private static Instant? FromNumber(double number)
    {
        var milliseconds = number < FirstMilliseconds ? number * 1_000 : number;
        return milliseconds is >= 0 and < 2.5e14 ? new Instant((long)(milliseconds * TimeSpan.TicksPerMillisecond)) : null;
    }

    private static bool IsScalar(JsonElement value) => value.ValueKind is not (JsonValueKind.Array or JsonValueKind.Object or JsonValueKind.Null);
}
