namespace LeadGrains.Scoring;

/// <summary>Words that tell a company's legal form: which it is says nothing about which company it is.</summary>
internal sealed class LegalForms
{
    private const string Mark = " ...";

    private static readonly Lazy<LegalForms> Lazily = new(() => new LegalForms());

    private readonly HashSet<string> _after = new(StringComparer.Ordinal);
    private readonly HashSet<string> _before = new(StringComparer.Ordinal);
    // The outermost words of the forms: most names have none of them, and need no further look.
    private readonly HashSet<string> _lastWords = new(StringComparer.Ordinal);
    private readonly HashSet<string> _firstWords = new(StringComparer.Ordinal);
    private readonly int _longest;

    private LegalForms()
    {
        foreach (var line in Resource.Lines("legal-forms.txt"))
        {
            var isBefore = line.EndsWith(Mark, StringComparison.Ordinal);
            var words = NameWords.Of(isBefore ? line[..^Mark.Length] : line);
            _longest = Math.Max(_longest, words.Count);
            (isBefore ? _before : _after).Add(string.Join(' ', words));
            (isBefore ? _firstWords : _lastWords).Add(isBefore ? words[0] : words[^1]);
        }
    }

    public static LegalForms List => Lazily.Value;

    /// <summary>Takes legal forms off both ends, the longest first, while something is left.</summary>
    public void Strip(List<string> words)
    {
        while (StripBefore(words) || StripAfter(words))
        {
        }
    }

    private bool StripBefore(List<string> words)
    {
        if (words.Count < 2 || !_firstWords.Contains(words[0]))
            return false;
        for (var count = Math.Min(_longest, words.Count - 1); count > 0; count--)
        {
            if (!_before.Contains(string.Join(' ', words.Take(count))))
                continue;
            words.RemoveRange(0, count);
            return true;
        }

        return false;
    }

    private bool StripAfter(List<string> words)
    {
        if (words.Count < 2 || !_lastWords.Contains(words[^1]))
            return false;
        for (var count = Math.Min(_longest, words.Count - 1); count > 0; count--)
        {
            if (!_after.Contains(string.Join(' ', words.Skip(words.Count - count))))
                continue;
            words.RemoveRange(words.Count - count, count);
            // What is left of "& Co."
            if (words is [_, .., "and"])
                words.RemoveAt(words.Count - 1);
            return true;
        }

        return false;
    }
}
