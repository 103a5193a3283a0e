using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace LeadGrains.Scoring;

/// <summary>Letters without case and diacritics. The program runs without ICU, whose tables would decompose them.</summary>
internal static class PlainLetters
{
    private static readonly Lazy<FrozenDictionary<char, string>> Lazily = new(Read);

    /// <summary>Adds what is left of a character; nothing for a mark that stands over the letter before it.</summary>
    public static void Append(StringBuilder text, char character)
    {
        if (CharUnicodeInfo.GetUnicodeCategory(character) == UnicodeCategory.NonSpacingMark)
            return;
        var lower = char.ToLowerInvariant(character);
        if (!char.IsAscii(lower) && Lazily.Value.TryGetValue(lower, out var plain))
            text.Append(plain);
        else
            text.Append(lower);
    }

    private static FrozenDictionary<char, string> Read()
    {
        var letters = new Dictionary<char, string>();
        foreach (var line in Resource.Lines("plain-letters.txt"))
        {
            var space = line.IndexOf(' ', StringComparison.Ordinal);
            foreach (var letter in line.AsSpan(space + 1))
                letters.Add(letter, line[..space]);
        }

        return letters.ToFrozenDictionary();
    }
}
