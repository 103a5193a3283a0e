using YamlDotNet.RepresentationModel;
using static LeadGrains.Host.Loading.Traffic.ModelText;

namespace LeadGrains.Host.Loading.Traffic;

/// <summary>The conditions of a model's document by the name of what asks for them.</summary>
internal sealed class ModelConditions
{
    /// <param name="yaml">A document that the model reader has found valid.</param>
    public ModelConditions(string yaml)
    {
        var document = Read(yaml);
        Rules = Items(document, "rules").ToDictionary(Name, When, StringComparer.Ordinal);
        ContactFit = Traits(Child(document, "fit"), "contact");
        AccountFit = Traits(Child(document, "fit"), "account");
        Roles = Traits(document, "roles");
        ContactDisqualifiers = Disqualifiers(document, "contact");
        AccountDisqualifiers = Disqualifiers(document, "account");
        Shapes = Items(document, "rules").ToDictionary(Name, PlainRule.Of, StringComparer.Ordinal);
        Machines = PlainMachines.Of(Child(document, "machines"));
        Channels = PlainChannels.Of(Child(document, "channels"));
    }

    /// <summary>By rule; all must hold.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<PlainCondition>> Rules { get; }

    public IReadOnlyDictionary<string, PlainCondition> ContactFit { get; }

    public IReadOnlyDictionary<string, PlainCondition> AccountFit { get; }

    public IReadOnlyDictionary<string, PlainCondition> Roles { get; }

    /// <summary>In the order of the document: the first that holds counts.</summary>
    public IReadOnlyList<PlainDisqualifier> ContactDisqualifiers { get; }

    public IReadOnlyList<PlainDisqualifier> AccountDisqualifiers { get; }

    /// <summary>By rule: what it makes of signals that meet its conditions.</summary>
    public IReadOnlyDictionary<string, PlainRule> Shapes { get; }

    /// <summary>What shows that a machine acted; null where the model does not ask.</summary>
    public PlainMachines? Machines { get; }

    /// <summary>The channels' factors; none where the model has none.</summary>
    public PlainChannels Channels { get; }

    private static Dictionary<string, PlainCondition> Traits(YamlNode? parent, string key) =>
        Items(parent, key).ToDictionary(Name, item => Condition(Text(item, "trait")!, item), StringComparer.Ordinal);

    private static IReadOnlyList<PlainDisqualifier> Disqualifiers(YamlNode document, string of) =>
        [.. Items(document, "disqualify").Where(item => (Text(item, "of") ?? "contact") == of)
            .Select(item => new PlainDisqualifier(Text(item, "reason") ?? Name(item), Condition(Text(item, "trait")!, item)))];

    private static IReadOnlyList<PlainCondition> When(YamlNode rule) =>
        Child(rule, "when") is YamlMappingNode when
            ? [.. when.Children.Select(pair => Condition(Scalar(pair.Key), pair.Value))]
            : Array.Empty<PlainCondition>();

    private static PlainCondition Condition(string name, YamlNode tests) => new(
        name,
        Texts(Child(tests, "equals")) ?? Texts(Child(tests, "in")),
        Texts(Child(tests, "contains")),
        Texts(Child(tests, "between")) is [var low, var high] ? (Number(low), Number(high)) : null,
        Text(tests, "exists") is { } exists ? bool.Parse(exists) : null);
}
