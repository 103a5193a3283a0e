using System.Globalization;
using System.Text;

namespace LeadGrains.Scoring;

/// <summary>
/// The words of a company's name: no case, no diacritics, no punctuation, "and" for &amp; and +. Single letters between
/// which a dot or a slash stands are one word, so that S.A. reads as SA and A/S as AS.
/// </summary>
internal sealed class NameWords
{
    private readonly List<string> _words = [];
    private readonly StringBuilder _word = new();

    // The last word is made of single letters, and a dot or a slash has come since.
    private bool _isAbbreviation;
    private bool _isJoined;

    private NameWords()
    {
    }

    public static List<string> Of(string name)
    {
        var words = new NameWords();
        foreach (var character in name)
            words.Take(character);
        words.End();
        return words._words;
    }

    private void Take(char character)
    {
        if (IsOfWord(character))
            PlainLetters.Append(_word, character);
        else if (!IsNothing(character))
            Part(character);
    }

    private void Part(char character)
    {
        End();
        if (character is '.' or '/')
            _isJoined = true;
        else if (!char.IsWhiteSpace(character))
            _isAbbreviation = false;
        if (character is '&' or '+')
            _words.Add("and");
    }

    private void End()
    {
        if (_word.Length == 0)
            return;
        var isLetter = _word.Length == 1;
        if (isLetter && _isAbbreviation && _isJoined)
            _words[^1] += _word.ToString();
        else
            _words.Add(_word.ToString());
        _word.Clear();
        _isAbbreviation = isLetter;
        _isJoined = false;
    }

    private static bool IsOfWord(char character) =>
        char.IsLetterOrDigit(character)
        || char.IsSurrogate(character)
        || CharUnicodeInfo.GetUnicodeCategory(character) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark
            or UnicodeCategory.OtherNumber;

    // Apostrophes, trade marks and characters without width part no words.
    private static bool IsNothing(char character) =>
        character is '\'' or '\u2018' or '\u2019' or '\u00B4' or '`' or '\u00A9' or '\u00AE' or '\u2120' or '\u2122'
        || CharUnicodeInfo.GetUnicodeCategory(character) == UnicodeCategory.Format;
}
