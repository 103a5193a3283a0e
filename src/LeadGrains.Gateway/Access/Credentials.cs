using System.Text;
using Microsoft.AspNetCore.Http;

namespace LeadGrains.Gateway.Access;

/// <summary>Where a call carries its key.</summary>
internal static class Credentials
{
    /// <summary>Letters of room that <see cref="Find"/> needs.</summary>
    public const int Room = KeyText.MostLetters * 2;

    /// <summary>The header that some SDKs have it in.</summary>
    public const string WriteKey = "X-Write-Key";
    private const string Bearer = "Bearer ";
    private const string Basic = "Basic ";

    /// <summary>Whether a header has one: then none from elsewhere counts.</summary>
    public static bool AreInHeaders(IHeaderDictionary headers) => headers.Authorization.Count > 0 || headers.ContainsKey(WriteKey);

    /// <summary>
    /// The key: of Authorization as Bearer, or as the user of Basic; else of X-Write-Key up to its first colon, which some
    /// SDKs put a secret behind; else the one from elsewhere. Empty where there is none.
    /// </summary>
    public static ReadOnlySpan<char> Find(IHeaderDictionary headers, string? fallbackKey, Span<char> room)
    {
        if (headers.Authorization is { Count: > 0 } given)
            return OfAuthorization(given.Count == 1 ? given[0] : null, room);
        if (headers.TryGetValue(WriteKey, out var written))
            return UpToColon(written.Count == 1 ? written[0] : null);
        return UpToColon(fallbackKey);
    }

    private static ReadOnlySpan<char> OfAuthorization(string? value, Span<char> room)
    {
        var text = value.AsSpan().Trim();
        if (text.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
            return text[Bearer.Length..].TrimStart();
        if (!text.StartsWith(Basic, StringComparison.OrdinalIgnoreCase))
            return [];
        Span<byte> decoded = stackalloc byte[Room];
        if (!Convert.TryFromBase64Chars(text[Basic.Length..].Trim(), decoded, out var length))
            return [];
        var user = decoded[..length];
        var colon = user.IndexOf((byte)':');
        return room[..Encoding.Latin1.GetChars(colon < 0 ? user : user[..colon], room)];
    }

    private static ReadOnlySpan<char> UpToColon(string? value)
    {
        var text = value.AsSpan().Trim();
        var colon = text.IndexOf(':');
        return colon < 0 ? text : text[..colon];
    }
}
