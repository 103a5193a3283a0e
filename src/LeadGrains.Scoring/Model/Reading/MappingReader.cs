namespace LeadGrains.Scoring;

/// <summary>Reads keys and values. A key that nobody asked for is a problem, reported by <see cref="Close"/>.</summary>
internal sealed class MappingReader(ValueReader values, YamlMapping node, string what)
{
    // Keys of the model's format that this version of the program does not carry out.
    private static readonly HashSet<string> NotYet = new(StringComparer.Ordinal)
    {
        "factor", "repeat",
    };

    private readonly List<string> _known = [];

    public YamlMapping Node => node;

    public ValueReader Values => values;

    public IReadOnlyList<YamlEntry> Entries => node.Entries;

    /// <summary>The key's value as it stands; null where the key is absent.</summary>
    public YamlNode? Take(string key)
    {
        _known.Add(key);
        foreach (var entry in node.Entries)
        {
            if (string.Equals(entry.Key.Value, key, StringComparison.Ordinal))
                return entry.Value;
        }

        return null;
    }

    /// <summary>The value of a key that must be there; else a problem at the mapping's own place.</summary>
    public YamlNode? Require(string key)
    {
        var value = Take(key);
        if (value is null)
            values.Problems.Add(node, $"{what} lacks its `{key}`");
        return value;
    }

    public double? Number(string key, double low, double high) =>
        Take(key) is { } value ? values.Number(value, $"`{key}`", low, high) : null;

    public double? RequiredNumber(string key, double low, double high) =>
        Require(key) is { } value ? values.Number(value, $"`{key}`", low, high) : null;

    public string? Text(string key, int longest) =>
        Take(key) is { } value ? values.Text(value, $"`{key}`", longest) : null;

    public string? RequiredText(string key, int longest) =>
        Require(key) is { } value ? values.Text(value, $"`{key}`", longest) : null;

    /// <summary>The entry's `name`, which must be there and be new among its like.</summary>
    public string? UniqueName(HashSet<string> taken)
    {
        if (Require("name") is not { } value || values.Text(value, "`name`", ModelLimits.Name) is not { } name)
            return null;
        if (taken.Add(name))
            return name;
        values.Problems.Add(value, $"the name \"{name}\" is taken");
        return null;
    }

    /// <summary>Reports every key that was not asked for.</summary>
    public void Close()
    {
        foreach (var entry in node.Entries)
        {
            var key = entry.Key.Value;
            if (_known.Contains(key, StringComparer.Ordinal))
                continue;
            values.Problems.Add(entry.Key, NotYet.Contains(key)
                ? $"`{key}` is not implemented in this version"
                : $"{what} has no key `{key}`; it has {string.Join(", ", _known)}{Hint(entry)}");
        }
    }

    // `{label: 200 to 5,000 people}` is two keys to YAML, and the second has no value.
    private static string Hint(YamlEntry entry) =>
        entry.Value is YamlScalar { IsNull: true } ? " (a text with a comma needs quotes)" : "";
}
