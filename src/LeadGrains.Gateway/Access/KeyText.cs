using System.Security.Cryptography;
using System.Text;

namespace LeadGrains.Gateway.Access;

/// <summary>A key as people and programs carry it: lgk_ID_SECRET.</summary>
public static class KeyText
{
    /// <summary>What ids and secrets are drawn from, each letter as likely as any other.</summary>
    public const string Letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    /// <summary>Letters of an id.</summary>
    public const int IdLetters = 12;

    /// <summary>Letters of a secret: 256 bits.</summary>
    public const int SecretLetters = 43;

    /// <summary>Bytes of the hash that is kept of a secret.</summary>
    internal const int HashBytes = SHA256.HashSizeInBytes;

    /// <summary>The most letters that a key has.</summary>
    internal const int MostLetters = 128;

    private const string Prefix = "lgk_";

    /// <summary>The whole key.</summary>
    public static string Write(string id, string secret) => $"{Prefix}{id}_{secret}";

    /// <summary>Takes a key apart; false where it is none.</summary>
    internal static bool TryRead(ReadOnlySpan<char> text, out ReadOnlySpan<char> id, out ReadOnlySpan<char> secret)
    {
        id = secret = [];
        if (text.Length > MostLetters || !text.StartsWith(Prefix, StringComparison.Ordinal))
            return false;
        text = text[Prefix.Length..];
        var end = text.IndexOf('_');
        if (end <= 0)
            return false;
        id = text[..end];
        secret = text[(end + 1)..];
        return true;
    }

    /// <summary>The hash of a secret: it has 256 random bits, so that nothing slower is needed.</summary>
    internal static void Hash(ReadOnlySpan<char> secret, Span<byte> hash)
    {
        Span<byte> bytes = stackalloc byte[MostLetters * 3];
        SHA256.HashData(bytes[..Encoding.UTF8.GetBytes(secret, bytes)], hash);
    }
}
