using System.Globalization;

namespace LeadGrains.Scoring;

/// <summary>
/// The rules of the Public Suffix List (publicsuffix.org, ICANN and private sections): below which names people
/// register their own. Read once, on first use. A rule with letters beyond ASCII is kept in its "xn--" form as well,
/// since hosts come in either.
/// </summary>
internal sealed class PublicSuffixes
{
    private static readonly Lazy<PublicSuffixes> Lazily = new(() => new PublicSuffixes(Resource.Read("public_suffix_list.dat")));

    private readonly Dictionary<string, Rules> _rules = new(12_000, StringComparer.Ordinal);
    private readonly Dictionary<string, Rules>.AlternateLookup<ReadOnlySpan<char>> _bySpan;

    internal PublicSuffixes(string list)
    {
        var international = new IdnMapping();
        var section = Rules.None;
        foreach (var line in list.AsSpan().EnumerateLines())
        {
            var text = line.Trim();
            if (text.StartsWith("//", StringComparison.Ordinal))
                section = text.Contains("BEGIN ICANN DOMAINS", StringComparison.Ordinal) ? Rules.Icann
                    : text.Contains("END ICANN DOMAINS", StringComparison.Ordinal) ? Rules.None
                    : section;
            else if (!text.IsEmpty)
                Add(text.ToString(), section, international);
        }

        _bySpan = _rules.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    [Flags]
    private enum Rules : byte
    {
        None = 0,

        /// <summary>The name is a public suffix.</summary>
        Suffix = 1,

        /// <summary>Every name one label below it is a public suffix.</summary>
        SuffixesBelow = 2,

        /// <summary>The name is none, though a wildcard says so.</summary>
        Exception = 4,

        /// <summary>The rule stands in the ICANN section.</summary>
        Icann = 8,
    }

    public static PublicSuffixes List => Lazily.Value;

    /// <summary>The length of the host's public suffix: the longest rule that matches; by default the last label.</summary>
    public int SuffixLength(ReadOnlySpan<char> host)
    {
        for (var rest = host; ;)
        {
            var dot = rest.IndexOf('.');
            if (dot < 0)
                return rest.Length;
            var parent = rest[(dot + 1)..];
            var rules = RulesOf(rest);
            if (rules.HasFlag(Rules.Exception))
                return parent.Length;
            if (rules.HasFlag(Rules.Suffix) || RulesOf(parent).HasFlag(Rules.SuffixesBelow))
                return rest.Length;
            rest = parent;
        }
    }

    /// <summary>Whether the name itself is a suffix of the ICANN section.</summary>
    public bool IsIcannSuffix(ReadOnlySpan<char> name) => RulesOf(name).HasFlag(Rules.Suffix | Rules.Icann);

    private Rules RulesOf(ReadOnlySpan<char> name) => _bySpan.TryGetValue(name, out var rules) ? rules : Rules.None;

    private void Add(string rule, Rules section, IdnMapping international)
    {
        var (name, kind) = rule switch
        {
            ['!', ..] => (rule[1..], Rules.Exception),
            ['*', '.', ..] => (rule[2..], Rules.SuffixesBelow),
            _ => (rule, Rules.Suffix),
        };
        Note(name, kind | section);
        if (!System.Text.Ascii.IsValid(name))
            Note(international.GetAscii(name), kind | section);
    }

    private void Note(string name, Rules rules) => _rules[name] = _rules.GetValueOrDefault(name) | rules;
}
