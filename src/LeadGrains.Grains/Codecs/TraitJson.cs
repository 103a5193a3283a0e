using System.Buffers;
using System.Text;
using System.Text.Json;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Codecs;

/// <summary>Traits as a JSON object, for people who query the store with SQL. One user at a time.</summary>
internal sealed class TraitJson
{
    private readonly ArrayBufferWriter<byte> _buffer = new();

    public string Of(ReadOnlySpan<KeyValuePair<string, TraitValue>> traits)
    {
        if (traits.IsEmpty)
            return "{}";
        _buffer.ResetWrittenCount();
        using (var writer = new Utf8JsonWriter(_buffer))
        {
            writer.WriteStartObject();
            foreach (var (name, value) in traits)
            {
                writer.WritePropertyName(name);
                Write(writer, value);
            }

            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(_buffer.WrittenSpan);
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
