using System.Buffers;
using System.Text.Json;

namespace Grpc.AspNetCore.Json;

/// <summary>Bounds what a short text can make of itself: three bytes of it may be a message of a hundred.</summary>
internal static class JsonBounds
{
    /// <summary>How deep objects and arrays may stand in each other.</summary>
    public const int MaxDepth = 64;

    /// <summary>How many objects and arrays there may be.</summary>
    public const int MaxObjects = 50_000;

    /// <summary>How many texts, numbers and truths there may be.</summary>
    public const int MaxValues = 500_000;

    private static readonly JsonReaderOptions Options = new() { MaxDepth = MaxDepth };

    /// <exception cref="JsonFaultException">There is more in the text than a request may hold.</exception>
    /// <exception cref="JsonException">It is no JSON.</exception>
    public static void Check(in ReadOnlySequence<byte> json)
    {
        var reader = new Utf8JsonReader(json, Options);
        var (objects, values) = (0, 0);
        while (Read(ref reader, json))
        {
            if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
                objects++;
            else if (reader.TokenType is not (JsonTokenType.EndObject or JsonTokenType.EndArray or JsonTokenType.PropertyName))
                values++;
            if (objects > MaxObjects || values > MaxValues)
                throw new JsonFaultException(new JsonFault("", FormattableString.Invariant($"The body has more than {MaxObjects} objects or {MaxValues} values")));
        }
    }

    // Nothing at all is an empty message.
    private static bool Read(ref Utf8JsonReader reader, in ReadOnlySequence<byte> json) => !json.IsEmpty && reader.Read();
}
