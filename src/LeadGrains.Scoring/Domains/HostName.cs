namespace LeadGrains.Scoring;

/// <summary>What may stand after the @ of an address.</summary>
internal static class HostName
{
    private const int MaxLength = 253;
    private const int MaxLabel = 63;

    /// <summary>
    /// The host in lower case. Null unless it is two labels or more of letters, digits and inner hyphens, the last not
    /// a number. Letters beyond ASCII stay as they are given.
    /// </summary>
    public static string? Normalise(string host)
    {
        if (host.Length is 0 or > MaxLength)
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
        return labels < 2 || !last.ContainsAnyExceptInRange('0', '9') ? null : host.ToLowerInvariant();
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
