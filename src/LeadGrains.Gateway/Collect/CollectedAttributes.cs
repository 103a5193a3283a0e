using System.Text;
using System.Text.Json;
using Google.Protobuf.Collections;
using LeadGrains.Grains;

namespace LeadGrains.Gateway.Collect;

/// <summary>A signal's attributes as they come together, within their bounds: the first of a name counts, and a long value is cut.</summary>
internal sealed class CollectedAttributes(MapField<string, string> attributes)
{
    /// <summary>Adds one where there is room, and it says something.</summary>
    public void Add(string name, JsonElement value)
    {
        if (attributes.Count < Limits.AttributesPerSignal && JsonFields.Scalar(value) is { Length: > 0 } text)
            Add(name, text);
    }

    /// <inheritdoc cref="Add(string, JsonElement)"/>
    public void Add(string name, string text)
    {
        var room = Limits.AttributeBytes - Encoding.UTF8.GetByteCount(name);
        if (attributes.Count < Limits.AttributesPerSignal && room > 0 && !attributes.ContainsKey(name))
            attributes.Add(name, CutText.To(text, room));
    }

    /// <summary>Adds all that an object holds.</summary>
    public void AddAll(JsonElement element)
    {
        foreach (var (name, value) in FlatFields.Of(element))
        {
            if (attributes.Count == Limits.AttributesPerSignal)
                return;
            Add(name, value);
        }
    }

    /// <summary>Where a page lies, without what stands behind it: what follows a question mark is another every time.</summary>
    public void AddPath()
    {
        if (attributes.TryGetValue("url", out var url) && Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme is "http" or "https")
            Add("path", address.AbsolutePath);
    }
}
