using System.Text;

namespace LeadGrains.Gateway.Collect;

/// <summary>Texts cut to a bound, between two characters.</summary>
internal static class CutText
{
    /// <summary>As much of the beginning as has no more bytes of UTF-8.</summary>
    public static string To(string text, int maxBytes)
    {
        if (text.Length * 3 <= maxBytes || Encoding.UTF8.GetByteCount(text) <= maxBytes)
            return text;
        var (bytes, letters) = (0, 0);
        foreach (var rune in text.EnumerateRunes())
        {
            bytes += rune.Utf8SequenceLength;
            if (bytes > maxBytes)
                break;
            letters += rune.Utf16SequenceLength;
        }

        return text[..letters];
    }
}
