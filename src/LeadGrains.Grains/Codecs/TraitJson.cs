using System.Buffers;
using System.Text;
using System.Text.Json;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Codecs;

/// <summary>Traits as a JSON object, for people who query the store with SQL. One user at a time.</summary>
#pragma warning disable CA1001 // Over memory the writer has nothing to let go of.
internal sealed class TraitJson
#pragma warning restore CA1001
{
    private readonly ArrayBufferWriter<byte> _buffer = new();

    // One for all rows: with a writer each, these were a fifth of what rows left to the garbage collector.
    private readonly Utf8JsonWriter _writer;

    public TraitJson() => _writer = new Utf8JsonWriter(_buffer);

    public string Of(ReadOnlySpan<KeyValuePair<string, TraitValue>> traits)
    {
        if (traits.IsEmpty)
            return "{}";
        _buffer.ResetWrittenCount();
        _writer.Reset();
        _writer.WriteStartObject();
        foreach (var (name, value) in traits)
        {
            _writer.WritePropertyName(name);
            Write(_writer, value);
        }

        _writer.WriteEndObject();
        _writer.Flush();
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
