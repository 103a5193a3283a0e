using System.Text.Json;
using LeadGrains.Grains;

namespace LeadGrains.Gateway.Collect;

/// <summary>The values within an object by one name each: what lies in an object within has a name with a dot, such as "address.city".</summary>
internal static class FlatFields
{
    private const int MaxDepth = 8;

    /// <summary>All that is no object. What lies deeper, or has a longer name than anything may have, is left out.</summary>
    public static IEnumerable<(string Name, JsonElement Value)> Of(JsonElement element) => Of(element, "", 0);

    private static IEnumerable<(string Name, JsonElement Value)> Of(JsonElement element, string prefix, int depth)
    {
        if (element.ValueKind != JsonValueKind.Object || depth == MaxDepth)
            yield break;
        foreach (var property in element.EnumerateObject())
        {
            var own = property.Name;
            if (own.Length == 0 || own.Length + prefix.Length > Limits.TraitNameBytes)
                continue;
            if (property.Value.ValueKind != JsonValueKind.Object)
            {
                yield return (prefix + own, property.Value);
                continue;
            }

            foreach (var inner in Of(property.Value, $"{prefix}{own}.", depth + 1))
                yield return inner;
        }
    }
}
