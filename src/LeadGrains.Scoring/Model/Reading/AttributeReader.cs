namespace LeadGrains.Scoring;

/// <summary>Reads the keys of a rule that make an attribute's value count.</summary>
internal sealed class AttributeReader(ValueReader values)
{
    /// <summary>A rule's `scale`; null where it has none.</summary>
    public PointScale? Scale(YamlNode? node)
    {
        if (node is null || values.Mapping(node, "`scale`") is not { } keys)
            return null;
        var attribute = keys.RequiredText("attribute", ModelLimits.Label);
        var from = keys.RequiredNumber("from", -ModelLimits.Scale, ModelLimits.Scale);
        var to = keys.RequiredNumber("to", -ModelLimits.Scale, ModelLimits.Scale);
        keys.Close();
        if (attribute is null || from is null || to is null)
            return null;
        if (from == to)
            values.Problems.Add(node, "`from` and `to` of `scale` must differ");
        return new PointScale(attribute, from.Value, to.Value);
    }

    /// <summary>A rule's `once_per`; null where it has none.</summary>
    public OncePer? OncePer(YamlNode? node)
    {
        if (node is null || values.Mapping(node, "`once_per`") is not { } keys)
            return null;
        var attribute = keys.RequiredText("attribute", ModelLimits.Label);
        var within = keys.Take("within") is { } length ? values.Duration(length, "`within`") : TimeSpan.MaxValue;
        keys.Close();
        return attribute is null || within is null ? null : new OncePer(attribute, within.Value);
    }
}
