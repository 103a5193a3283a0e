using System.Buffers;
using System.Globalization;
using System.Text;

namespace Grpc.Wire;

/// <summary>The text of <c>grpc-message</c>: UTF-8, with every byte but printable ASCII, and '%', written as %XX.</summary>
internal static class PercentEncoding
{
    private static readonly SearchValues<char> Plain =
        SearchValues.Create([.. Enumerable.Range(' ', '~' - ' ' + 1).Select(c => (char)c).Where(c => c != '%')]);

    public static string Encode(string text)
    {
        if (!text.AsSpan().ContainsAnyExcept(Plain))
            return text;
        var encoded = new StringBuilder(text.Length + 16);
        foreach (var octet in Encoding.UTF8.GetBytes(text))
        {
            if (Plain.Contains((char)octet))
                encoded.Append((char)octet);
            else
                encoded.Append('%').Append(octet.ToString("X2", CultureInfo.InvariantCulture));
        }

        return encoded.ToString();
    }

    /// <summary>Reads what a peer sent. A '%' without two hex digits stays as it is: the text is for people, never a reason to fail.</summary>
    public static string Decode(string encoded)
    {
        if (!encoded.Contains('%', StringComparison.Ordinal))
            return encoded;
        var octets = new ArrayBufferWriter<byte>(encoded.Length);
        var rest = encoded.AsSpan();
        while (!rest.IsEmpty)
        {
            if (rest[0] == '%' && TryHex(rest[1..], out var octet))
            {
                octets.Write([octet]);
                rest = rest[3..];
                continue;
            }

            var next = rest[1..].IndexOf('%');
            var plain = next < 0 ? rest : rest[..(next + 1)];
            Encoding.UTF8.GetBytes(plain, octets);
            rest = rest[plain.Length..];
        }

        return Encoding.UTF8.GetString(octets.WrittenSpan);
    }

    private static bool TryHex(ReadOnlySpan<char> rest, out byte octet)
    {
        octet = 0;
        return rest.Length >= 2
            && byte.TryParse(rest[..2], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out octet);
    }
}
