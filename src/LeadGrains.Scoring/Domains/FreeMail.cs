using System.Collections.Frozen;
using System.Collections.Immutable;

namespace LeadGrains.Scoring;

/// <summary>
/// The hosts whose addresses never name an account: free mail, access providers, no-reply hosts. A built-in list, and
/// what a model adds and removes. The host itself is looked up first, then its parents; the first hit decides.
/// </summary>
public sealed class FreeMail
{
    private const string AnySuffix = ".*";

    private static readonly Lazy<BuiltIn> Lazily = new(() => new BuiltIn());

    private readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> _added;
    private readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> _removed;

    internal FreeMail(ImmutableArray<string> added, ImmutableArray<string> removed)
    {
        Added = added;
        Removed = removed;
        _added = Lookup(added);
        _removed = Lookup(removed);
    }

    /// <summary>The built-in list alone.</summary>
    public static FreeMail Default { get; } = new([], []);

    /// <summary>What the model adds, lower case.</summary>
    public ImmutableArray<string> Added { get; }

    /// <summary>What the model takes from the built-in list, lower case.</summary>
    public ImmutableArray<string> Removed { get; }

    /// <summary>Whether addresses at that host, in lower case, never name an account.</summary>
    public bool Contains(ReadOnlySpan<char> host)
    {
        while (true)
        {
            if (_removed.Contains(host))
                return false;
            if (_added.Contains(host) || Lazily.Value.Contains(host))
                return true;
            var dot = host.IndexOf('.');
            if (dot < 0)
                return false;
            host = host[(dot + 1)..];
        }
    }

    private static FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Lookup(IEnumerable<string> domains) =>
        domains.ToFrozenSet(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();

    private sealed class BuiltIn
    {
        private readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> _domains;
        private readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> _families;

        public BuiltIn()
        {
            var lines = Resource.Lines("free-mail.txt")
                .ToLookup(line => line.EndsWith(AnySuffix, StringComparison.Ordinal));
            _domains = Lookup(lines[false]);
            _families = Lookup(lines[true].Select(line => line[..^AnySuffix.Length]));
        }

        public bool Contains(ReadOnlySpan<char> domain)
        {
            if (_domains.Contains(domain))
                return true;
            var dot = domain.IndexOf('.');
            return dot > 0 && _families.Contains(domain[..dot]) && PublicSuffixes.List.IsIcannSuffix(domain[(dot + 1)..]);
        }
    }
}
