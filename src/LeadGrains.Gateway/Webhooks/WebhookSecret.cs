using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace LeadGrains.Gateway.Webhooks;

/// <summary>Secrets and signatures as www.standardwebhooks.com has them.</summary>
internal static class WebhookSecret
{
    private const string Prefix = "whsec_";
    private const int NewBytes = 32;
    private const int LeastBytes = 24;
    private const int MostBytes = 64;

    /// <summary>A secret that was not there before.</summary>
    public static byte[] New(Func<int, byte[]> chance) => chance(NewBytes);

    /// <summary>As people see it.</summary>
    public static string Write(ReadOnlySpan<byte> key) => Prefix + Convert.ToBase64String(key);

    /// <summary>Null where it is no secret of 24 to 64 bytes.</summary>
    public static byte[]? Read(string text)
    {
        var key = new byte[MostBytes + 3];
        return text.StartsWith(Prefix, StringComparison.Ordinal)
            && Convert.TryFromBase64String(text[Prefix.Length..], key, out var length)
            && length is >= LeastBytes and <= MostBytes
            ? key[..length]
            : null;
    }

    /// <summary>The header webhook-signature: one signature for each secret.</summary>
    public static string Sign(IEnumerable<byte[]> secrets, string id, long timestamp, ReadOnlySpan<byte> body)
    {
        var head = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{timestamp}."));
        byte[] signed = [.. head, .. body];
        return string.Join(' ', secrets.Select(secret => "v1," + Convert.ToBase64String(HMACSHA256.HashData(secret, signed))));
    }
}
