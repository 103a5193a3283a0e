using System.Collections.Immutable;

namespace LeadGrains.Scoring;

/// <summary>Reads `channels`.</summary>
internal sealed class ChannelReader(ValueReader values)
{
    /// <summary>Null where nothing stands: then no signal's channel matters.</summary>
    public ChannelFactors? Read(YamlNode? node)
    {
        if (node is null or YamlScalar { IsNull: true } || values.Mapping(node, "`channels`") is not { } keys)
            return null;
        var attribute = keys.RequiredText("attribute", ModelLimits.Label);
        var factors = keys.Require("factors") is { } list ? Factors(list) : [];
        keys.Close();
        return attribute is null ? null : new ChannelFactors(attribute, factors);
    }

    private ImmutableArray<(FoldedText Name, double Factor)> Factors(YamlNode node)
    {
        if (values.Mapping(node, "`factors`") is not { } section)
            return [];
        if (section.Entries.Count > ModelLimits.Channels)
        {
            values.Problems.Add(node, $"`factors` must have at most {ModelLimits.Channels} entries");
            return [];
        }

        var taken = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var factors = ImmutableArray.CreateBuilder<(FoldedText, double)>();
        foreach (var entry in section.Entries)
        {
            if (values.Text(entry.Key, "a channel's name", ModelLimits.Name) is not { } name)
                continue;
            if (!taken.Add(name))
                values.Problems.Add(entry.Key, $"the channel \"{name}\" stands here twice, as case does not matter");
            if (values.Number(entry.Value, $"the factor of {name}", ModelLimits.LowestFactor, ModelLimits.HighestFactor) is { } factor)
                factors.Add((new FoldedText(name), factor));
        }

        return factors.ToImmutable();
    }
}
