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
}
