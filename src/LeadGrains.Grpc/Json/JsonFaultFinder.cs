using System.Text;
using System.Text.Json;
using Google.Protobuf.Reflection;

namespace Grpc.AspNetCore.Json;

/// <summary>Finds what is wrong with a text that the parser has refused: the field, its line and its column.</summary>
/// <param name="json">The text in UTF-8.</param>
/// <param name="firstLine">The number of its first line.</param>
internal sealed class JsonFaultFinder(byte[] json, int firstLine)
{
    /// <summary>The first fault; where none is found, the parser's own word.</summary>
    public JsonFault Find(MessageDescriptor type, Exception refusal)
    {
        try
        {
            var text = json.AsSpan();
            var reader = new Utf8JsonReader(text, new JsonReaderOptions { MaxDepth = JsonBounds.MaxDepth });
            reader.Read();
            var fault = reader.TokenType == JsonTokenType.StartObject ? InObject(ref reader, type, "") : At(reader, "", "The body must be one JSON object");
            if (fault is null)
            {
                while (reader.Read())
                {
                    // Only to see what follows.
                }
            }

            return fault ?? new JsonFault("", FirstSentence(refusal));
        }
        catch (JsonException broken)
        {
            return new JsonFault("", Placed("The body is not JSON", (int)(broken.LineNumber ?? 0), (int)(broken.BytePositionInLine ?? 0)));
        }
        catch (InvalidOperationException)
        {
            // A name is no text: it has half of a surrogate pair, or bytes that are not UTF-8.
            return new JsonFault("", FirstSentence(refusal));
        }
    }

    private JsonFault? InObject(ref Utf8JsonReader reader, MessageDescriptor type, string path)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            if (FieldOf(type, name) is not { } field)
                return At(reader, path + name, $"{type.Name} has no field '{Shown(name)}'");
            reader.Read();
            if (InValue(ref reader, field, path + field.Name) is { } fault)
                return fault;
        }

        return null;
    }

    private JsonFault? InValue(ref Utf8JsonReader reader, FieldDescriptor field, string path)
    {
        if (!field.IsRepeated || field.IsMap || reader.TokenType == JsonTokenType.Null)
            return InElement(ref reader, field, path, isElement: false);
        if (reader.TokenType != JsonTokenType.StartArray)
            return At(reader, path, $"{field.Name} must be an array");
        for (var i = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; i++)
        {
            if (InElement(ref reader, field, FormattableString.Invariant($"{path}[{i}]"), isElement: true) is { } fault)
                return fault;
        }

        return null;
    }

    private JsonFault? InElement(ref Utf8JsonReader reader, FieldDescriptor field, string path, bool isElement)
    {
        if (field.FieldType == FieldType.Message && !field.IsMap && !IsWellKnown(field.MessageType) && reader.TokenType != JsonTokenType.Null)
        {
            return reader.TokenType == JsonTokenType.StartObject
                ? InObject(ref reader, field.MessageType, path + ".")
                : At(reader, path, $"{field.Name} must be an object");
        }

        var start = (int)reader.TokenStartIndex;
        var at = reader;
        reader.Skip();
        try
        {
            JsonMessages.ParseAlone(field, Encoding.UTF8.GetString(json, start, (int)reader.BytesConsumed - start), isElement);
            return null;
        }
        catch (Exception exception) when (JsonMessages.IsFault(exception))
        {
            return At(at, path, $"{field.Name}: {FirstSentence(exception)}");
        }
    }

    private JsonFault At(in Utf8JsonReader reader, string path, string description)
    {
        var before = json.AsSpan(0, (int)reader.TokenStartIndex);
        return new JsonFault(path, Placed(description, before.Count((byte)'\n'), before.Length - before.LastIndexOf((byte)'\n') - 1));
    }

    /// <summary>Line and column count from 0 here, and from 1 for people; columns are bytes.</summary>
    private string Placed(string description, int line, int column) =>
        FormattableString.Invariant($"{description} (line {firstLine + line}, column {column + 1})");

    private static FieldDescriptor? FieldOf(MessageDescriptor type, string name) =>
        type.FindFieldByName(name) ?? type.Fields.InFieldNumberOrder().FirstOrDefault(field => field.JsonName == name);

    // Their JSON is no object of their fields.
    private static bool IsWellKnown(MessageDescriptor type) => type.File.Package == "google.protobuf";

    private static string FirstSentence(Exception exception)
    {
        var text = exception.Message.ReplaceLineEndings(" ");
        return Shown(text.EndsWith('.') ? text[..^1] : text);
    }

    private static string Shown(string text) => text.Length <= 200 ? text : text[..200] + "...";
}
