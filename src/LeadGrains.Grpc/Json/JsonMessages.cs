using System.Buffers;
using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Grpc.AspNetCore.Json;

/// <summary>Messages in protobuf's JSON mapping. Answers write fields of default values, too.</summary>
internal sealed class JsonMessages
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly byte[] Mark = [0xef, 0xbb, 0xbf];
    private static readonly JsonParser Parser = JsonParser.Default;

    private readonly JsonFormatter _formatter;
    private readonly TypeRegistry _types;

    /// <param name="known">The files whose messages may be packed into an Any, such as a status' details.</param>
    public JsonMessages(IEnumerable<FileDescriptor> known)
    {
        _types = TypeRegistry.FromFiles(known);
        _formatter = new JsonFormatter(new JsonFormatter.Settings(formatDefaultValues: true, _types));
    }

    /// <summary>Reads a message; an empty text is an empty message.</summary>
    /// <param name="json">In UTF-8.</param>
    /// <param name="type">What the message is.</param>
    /// <param name="firstLine">The number of the text's first line, from 1, for the place of a fault.</param>
    /// <exception cref="JsonFaultException">The text is no JSON, or none of this message.</exception>
    public static IMessage Parse(in ReadOnlySequence<byte> json, MessageDescriptor type, int firstLine = 1)
    {
        // Some editors and shells put a mark of the encoding in front.
        if (json.Length >= Mark.Length && json.Slice(0, Mark.Length).ToArray().AsSpan().SequenceEqual(Mark))
            return Parse(json.Slice(Mark.Length), type, firstLine);
        try
        {
            JsonBounds.Check(json);
            return Parser.Parse(json.IsEmpty ? "{}" : Strict.GetString(json), type);
        }
        catch (Exception exception) when (exception is JsonException || IsFault(exception))
        {
            throw new JsonFaultException(new JsonFaultFinder(json.ToArray(), firstLine).Find(type, exception));
        }
    }

    /// <summary>Reads a message in which one field is set, by a value that is JSON.</summary>
    public static IMessage ParseAlone(FieldDescriptor field, string value, bool isElement) =>
        Parser.Parse($$"""{"{{field.JsonName}}": {{(isElement ? $"[{value}]" : value)}}}""", field.ContainingType);

    /// <summary>True for what the parser throws at a text that is wrong.</summary>
    public static bool IsFault(Exception exception) =>
        exception is InvalidJsonException or InvalidProtocolBufferException or InvalidOperationException or ArgumentException or FormatException or OverflowException;

    public string Write(IMessage message) => _formatter.Format(message);

    /// <summary>Writes a status. Details of types that are not known are left out.</summary>
    public string Write(Google.Rpc.Status status)
    {
        var known = status.Clone();
        known.Details.Clear();
        known.Details.AddRange(status.Details.Where(detail => IsKnown(detail)));
        return _formatter.Format(known);
    }

    private bool IsKnown(Google.Protobuf.WellKnownTypes.Any detail) =>
        _types.Find(Google.Protobuf.WellKnownTypes.Any.GetTypeName(detail.TypeUrl)) is not null;
}
