using System.Text.Json;

namespace LeadGrains.Gateway.Collect;

/// <summary>A CloudEvent, however it was sent.</summary>
/// <param name="Attributes">Its context attributes and extensions, by names in lower case.</param>
/// <param name="Data">Its data where it is JSON; of no kind where it is not, or there is none.</param>
internal readonly record struct CloudEvent(IReadOnlyDictionary<string, string> Attributes, JsonElement Data)
{
    public string? this[string name] => Attributes.TryGetValue(name, out var value) && value.Length > 0 ? value : null;
}
