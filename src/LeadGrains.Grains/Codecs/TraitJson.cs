using System.Buffers;
using System.Text;
using System.Text.Json;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Codecs;

/// <summary>Traits as a JSON object, for people who query the store with SQL.</summary>
internal static class TraitJson
{
    public static string Of(Dictionary<string, TraitValue> traits)
    {
        if (traits.Count == 0)
            return "{}";
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            foreach (var (name, value) in traits.OrderBy(trait => trait.Key, StringComparer.Ordinal))
            {
                writer.WritePropertyName(name);
                Write(writer, value);
            }

            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void Write(Utf8JsonWriter writer, TraitValue value)
    {
        switch (value.Kind)
        {
            case TraitKind.Number when double.IsFinite(value.AsNumber):
                writer.WriteNumberValue(value.AsNumber);
                break;
            case TraitKind.Truth:
                writer.WriteBooleanValue(value.AsTruth);
                break;
            case TraitKind.List:
                writer.WriteStartArray();
                foreach (var element in value.Elements())
                    Write(writer, element);
                writer.WriteEndArray();
                break;
            default:
                writer.WriteStringValue(value.AsText);
                break;
        }
    }
}
