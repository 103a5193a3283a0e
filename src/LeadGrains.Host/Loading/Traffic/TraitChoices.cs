using System.Globalization;

namespace LeadGrains.Host.Loading.Traffic;

/// <summary>
/// Traits for the contacts or accounts of a load test: for each trait that the model looks at, values that meet its
/// conditions, one that meets none, and none at all.
/// </summary>
internal sealed class TraitChoices
{
    private readonly List<(string Name, List<string?> Values)> _traits;

    public TraitChoices(IEnumerable<PlainCondition> conditions) =>
        _traits =
        [
            .. conditions.GroupBy(condition => condition.Name, StringComparer.Ordinal).Select(trait =>
                (trait.Key, trait.SelectMany(Values).Append("something else").Append(null).Distinct(StringComparer.Ordinal).ToList())),
        ];

    /// <summary>The traits of the one with these random bits, by name.</summary>
    public IReadOnlyDictionary<string, string> Choose(ulong bits)
    {
        var chosen = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < _traits.Count; i++)
        {
            var (name, values) = _traits[i];
            if (values[Mixing.Below((uint)Mixing.Of(bits, (ulong)i), values.Count)] is { } value)
            {
                chosen[name] = value;
            }
        }

        return chosen;
    }

    private static IEnumerable<string?> Values(PlainCondition condition)
    {
        yield return condition.Satisfying();
        foreach (var accepted in condition.Accepted ?? [])
        {
            yield return accepted;
        }

        foreach (var part in condition.Parts ?? [])
        {
            yield return "senior " + part;
        }

        if (condition.Range is { } range)
        {
            yield return (range.High + 1).ToString(CultureInfo.InvariantCulture);
        }
    }
}
