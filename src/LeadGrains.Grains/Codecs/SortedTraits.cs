using LeadGrains.Scoring;

namespace LeadGrains.Grains.Codecs;

/// <summary>A grain's traits by name, ordinal, as rows list them. One user at a time.</summary>
internal sealed class SortedTraits
{
    private KeyValuePair<string, TraitValue>[] _traits = new KeyValuePair<string, TraitValue>[Limits.TraitsPerGrain];

    /// <summary>Good until the next call.</summary>
    public ReadOnlySpan<KeyValuePair<string, TraitValue>> Of(Dictionary<string, TraitValue> traits)
    {
        if (traits.Count > _traits.Length)
            _traits = new KeyValuePair<string, TraitValue>[traits.Count];
        var count = 0;
        foreach (var trait in traits)
            _traits[count++] = trait;
        var sorted = _traits.AsSpan(0, count);
        sorted.Sort(static (left, right) => string.CompareOrdinal(left.Key, right.Key));
        return sorted;
    }
}
