using System.Text.Json;
using LeadGrains.Gateway.Checks;
using LeadGrains.Grains;
using LeadGrains.Scoring;

namespace LeadGrains.Gateway.Collect;

/// <summary>Traits of a message as they come together. Those that are beyond a bound are left out, and counted.</summary>
internal sealed class CollectedTraits
{
    private readonly Dictionary<string, TraitEdit> _edits = new(StringComparer.Ordinal);

    /// <summary>How many were left out.</summary>
    public int LeftOut { get; private set; }

    /// <summary>The changes.</summary>
    public IReadOnlyList<TraitEdit> Edits => [.. _edits.Values];

    /// <summary>What is to be said where some were left out; null where none was.</summary>
    public ItemFault? Fault => LeftOut == 0 ? null : FieldChecks.Invalid(
        "traits", FormattableString.Invariant($"has {LeftOut:N0} that are too long, too many, or no texts, numbers, truths or lists of these. All else was recorded"));

    /// <summary>Adds all that an object holds, but for some names and what lies within them. The first of a name counts.</summary>
    public void AddAll(JsonElement traits, params string[] except)
    {
        foreach (var (name, value) in FlatFields.Of(traits))
        {
            if (!_edits.ContainsKey(name) && !except.Any(left => name == left || name.StartsWith(left + ".", StringComparison.Ordinal)))
                Add(name, value);
        }
    }

    /// <summary>Adds one; null takes it away.</summary>
    public void Add(string name, JsonElement value)
    {
        var trait = ValueOf(value);
        var isRemoval = value.ValueKind == JsonValueKind.Null;
        if (_edits.Count == Limits.TraitsPerGrain || (trait is null && !isRemoval) || TraitChecks.Bounds(name, trait) is not null)
            LeftOut++;
        else
            _edits[name] = new TraitEdit(name, trait);
    }

    private static TraitValue? ValueOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => TraitValue.Text(value.GetString()!),
        JsonValueKind.True => TraitValue.Truth(true),
        JsonValueKind.False => TraitValue.Truth(false),
        JsonValueKind.Number => value.TryGetDouble(out var number) && double.IsFinite(number) ? TraitValue.Number(number) : null,
        JsonValueKind.Array => ListOf(value),
        _ => null,
    };

    private static TraitValue? ListOf(JsonElement list)
    {
        if (list.GetArrayLength() > Limits.TraitListElements)
            return null;
        var elements = list.EnumerateArray().Where(element => element.ValueKind != JsonValueKind.Array).Select(ValueOf).OfType<TraitValue>().ToList();
        return elements.Count == list.GetArrayLength() ? TraitValue.List([.. elements]) : null;
    }
}
