namespace LeadGrains.Grains.Storage;

/// <summary>What a registry takes, for all stores alike.</summary>
public static class RegistryLimits
{
    /// <summary>Documents of one read.</summary>
    public const int Documents = 10_000;

    /// <summary>Bytes of one document.</summary>
    public const int BodyBytes = 1 << 20;

    private const int CollectionLetters = 64;
    private const int IdLetters = 256;

    /// <exception cref="ArgumentException">It is no name of a collection.</exception>
    public static void CheckCollection(string collection)
    {
        if (collection.Length is 0 or > CollectionLetters || !collection.All(letter => letter is '-' or (>= 'a' and <= 'z') or (>= '0' and <= '9')))
            throw new ArgumentException($"A collection has 1 to {CollectionLetters} of a-z, 0-9 and '-'.", nameof(collection));
    }

    /// <exception cref="ArgumentException">It is no id of a document.</exception>
    public static void CheckId(string id)
    {
        if (id.Length is 0 or > IdLetters || id.Any(letter => char.IsControl(letter) || char.IsSurrogate(letter)))
            throw new ArgumentException($"A document's id has 1 to {IdLetters} characters, no control characters and none beyond U+FFFF.", nameof(id));
    }

    /// <exception cref="ArgumentException">It is too large.</exception>
    public static void CheckBody(ReadOnlyMemory<byte>? body)
    {
        if (body is { Length: > BodyBytes })
            throw new ArgumentException($"A document has at most {BodyBytes} bytes.", nameof(body));
    }

    /// <exception cref="ArgumentOutOfRangeException">It is no number of documents that may be read at once.</exception>
    public static void CheckLimit(int limit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, Documents);
    }
}
