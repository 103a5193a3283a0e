using LeadGrains.Scoring;

namespace LeadGrains.Grains.Ranking;

/// <summary>
/// Codes for a trait's values: one for each text, whatever its case, and one for each set of texts that a list holds.
/// A code counts its users; when the last one leaves, the text is forgotten and the code given to the next new value,
/// so it holds no more than the values in use. Code 0 stands for no value. One thread at a time.
/// </summary>
internal sealed class TraitTerms
{
    private readonly Dictionary<string, int> _texts = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<int[], int> _sets = new(new SetEquality());
    private readonly Stack<int> _free = new();
    private Term[] _terms = new Term[4];
    private int _bound = 1;

    /// <summary>Every code is below it.</summary>
    public int CodeBound => _bound;

    /// <summary>The code of a value, with one user more. 0 for null and for an empty list.</summary>
    public int Take(TraitValue? value)
    {
        if (value is null)
            return 0;
        if (value.Kind != TraitKind.List)
            return TakeText(value.AsText);
        var elements = value.Elements().Select(element => TakeText(element.AsText)).ToArray();
        return elements.Length switch
        {
            0 => 0,
            1 => elements[0],
            _ => TakeSet(elements),
        };
    }

    /// <summary>One user fewer.</summary>
    public void Release(int code)
    {
        if (code == 0 || --_terms[code].Users > 0)
            return;
        var term = _terms[code];
        if (term.Text is not null)
            _texts.Remove(term.Text);
        if (term.Elements is not null)
        {
            _sets.Remove(term.Elements);
            foreach (var element in term.Elements)
                Release(element);
        }

        _terms[code] = default;
        _free.Push(code);
    }

    /// <summary>The codes of values that match any of the texts.</summary>
    public CodeSet Matching(IReadOnlyList<string> accepted)
    {
        var codes = new CodeSet(_bound);
        foreach (var text in accepted)
        {
            if (_texts.TryGetValue(text, out var code))
                codes.Add(code);
        }

        foreach (var (elements, code) in _sets)
        {
            if (elements.Any(codes.Contains))
                codes.Add(code);
        }

        return codes;
    }

    private int TakeText(string text)
    {
        if (!_texts.TryGetValue(text, out var code))
        {
            code = NewCode();
            _texts.Add(text, code);
            _terms[code].Text = text;
        }

        _terms[code].Users++;
        return code;
    }

    // Takes over one use of each element: the set keeps them, what it has already is let go.
    private int TakeSet(int[] elements)
    {
        Array.Sort(elements);
        var distinct = elements.Distinct().ToArray();
        for (var i = 1; i < elements.Length; i++)
        {
            if (elements[i] == elements[i - 1])
                Release(elements[i]);
        }

        if (distinct.Length == 1)
            return distinct[0];
        if (_sets.TryGetValue(distinct, out var code))
        {
            foreach (var element in distinct)
                Release(element);
        }
        else
        {
            code = NewCode();
            _sets.Add(distinct, code);
            _terms[code].Elements = distinct;
        }

        _terms[code].Users++;
        return code;
    }

    private int NewCode()
    {
        if (_free.TryPop(out var code))
            return code;
        if (_bound == _terms.Length)
            Array.Resize(ref _terms, _bound * 2);
        return _bound++;
    }

    private struct Term
    {
        public string? Text;
        public int[]? Elements;
        public int Users;
    }

    private sealed class SetEquality : IEqualityComparer<int[]>
    {
        public bool Equals(int[]? x, int[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(int[] obj) => obj.Aggregate(obj.Length, (hash, code) => (hash * 31) + code);
    }
}
