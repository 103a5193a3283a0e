using YamlDotNet.RepresentationModel;
using static LeadGrains.Host.Loading.Traffic.ModelText;

namespace LeadGrains.Host.Loading.Traffic;

/// <summary>The channels' factors, read from the document for the load test alone.</summary>
/// <param name="Attribute">The attribute that names the channel; null where the model has no channels.</param>
/// <param name="Names">As the document lists them.</param>
/// <param name="Factors">One for each.</param>
internal sealed record PlainChannels(string? Attribute, IReadOnlyList<string> Names, IReadOnlyList<double> Factors)
{
    public static PlainChannels Of(YamlNode? channels)
    {
        IEnumerable<KeyValuePair<YamlNode, YamlNode>> factors = Child(channels, "factors") is YamlMappingNode mapping ? mapping.Children : [];
        return new PlainChannels(
            Text(channels, "attribute"), [.. factors.Select(factor => Scalar(factor.Key))], [.. factors.Select(factor => Number(Scalar(factor.Value)))]);
    }

    /// <summary>The channel's place from 1; 0 for none.</summary>
    public int Of(IReadOnlyDictionary<string, string> attributes)
    {
        if (Attribute is null || !attributes.TryGetValue(Attribute, out var value))
        {
            return 0;
        }

        for (var i = 0; i < Names.Count; i++)
        {
            if (string.Equals(Names[i], value, StringComparison.OrdinalIgnoreCase))
            {
                return i + 1;
            }
        }

        return 0;
    }

    public double FactorOf(int channel) => channel == 0 ? 1 : Factors[channel - 1];
}
