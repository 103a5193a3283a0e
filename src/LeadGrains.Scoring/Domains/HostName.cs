using System.Text;

namespace LeadGrains.Scoring;

/// <summary>What may stand after the @ of an address.</summary>
internal static class HostName
{
    // The longest name of DNS. Bytes of UTF-8, as names are stored, since a letter beyond ASCII takes up to four.
    private const int MaxBytes = 253;
    private const int MaxLabel = 63;

    /// <summary>
    /// The host in lower case, at most 253 bytes of UTF-8. Null unless it is two labels or more of letters, digits and
    /// inner hyphens, the last not a number. Letters beyond ASCII are kept, not turned into their "xn--" form.
    /// </summary>
    public static string? Normalise(string given)
    {
        if (given.Length is 0 or > MaxBytes)
            return null;

        // First, since a letter may take more bytes in lower case.
        var host = given.ToLowerInvariant();
        if (Encoding.UTF8.GetByteCount(host) > MaxBytes)
            return null;
        var labels = 0;
        var start = 0;
        while (start <= host.Length)
        {
            var end = host.IndexOf('.', start);
            if (end < 0)
                end = host.Length;
            if (!IsLabel(host.AsSpan(start, end - start)))
                return null;
            labels++;
            start = end + 1;
        }

        var last = host.AsSpan(host.LastIndexOf('.') + 1);
        return labels < 2 || !last.ContainsAnyExceptInRange('0', '9') ? null : host;
    }

    private static bool IsLabel(ReadOnlySpan<char> label)
    {
        if (label.Length is 0 or > MaxLabel || label[0] == '-' || label[^1] == '-')
            return false;
        foreach (var letter in label)
        {
            if (!char.IsAsciiLetterOrDigit(letter) && letter != '-' && !IsInternational(letter))
                return false;
        }

        return true;
    }

    private static bool IsInternational(char letter) =>
        letter >= 0x80 && letter != '\uFFFD' && !char.IsControl(letter) && !char.IsWhiteSpace(letter);
}
