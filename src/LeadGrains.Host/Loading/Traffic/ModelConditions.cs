using System.Globalization;
using YamlDotNet.RepresentationModel;

namespace LeadGrains.Host.Loading.Traffic;

/// <summary>The conditions of a model's document by the name of what asks for them.</summary>
internal sealed class ModelConditions
{
    private readonly YamlMappingNode _document;

    /// <param name="yaml">A document that the model reader has found valid.</param>
    public ModelConditions(string yaml)
    {
        var stream = new YamlStream();
        using var text = new StringReader(yaml);
        stream.Load(text);
        _document = (YamlMappingNode)stream.Documents[0].RootNode;
        Rules = Items(_document, "rules").ToDictionary(Name, When, StringComparer.Ordinal);
        ContactFit = Traits(Child(_document, "fit"), "contact");
        AccountFit = Traits(Child(_document, "fit"), "account");
        Roles = Traits(_document, "roles");
    }

    /// <summary>By rule; all must hold.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<PlainCondition>> Rules { get; }

    public IReadOnlyDictionary<string, PlainCondition> ContactFit { get; }

    public IReadOnlyDictionary<string, PlainCondition> AccountFit { get; }

    public IReadOnlyDictionary<string, PlainCondition> Roles { get; }

    private static Dictionary<string, PlainCondition> Traits(YamlNode? parent, string key) =>
        Items(parent, key).ToDictionary(Name, item => Condition(Text(item, "trait")!, item), StringComparer.Ordinal);

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

    private static IEnumerable<YamlNode> Items(YamlNode? parent, string key) =>
        Child(parent, key) is YamlSequenceNode list ? list.Children : [];

    private static YamlNode? Child(YamlNode? parent, string key) =>
        parent is YamlMappingNode mapping && mapping.Children.TryGetValue(new YamlScalarNode(key), out var child) ? child : null;

    private static string[]? Texts(YamlNode? node) => node switch
    {
        YamlSequenceNode list => [.. list.Children.Select(Scalar)],
        YamlScalarNode scalar => [Scalar(scalar)],
        _ => null,
    };

    private static string Name(YamlNode item) => Text(item, "name")!;

    private static string? Text(YamlNode parent, string key) => Child(parent, key) is YamlScalarNode scalar ? Scalar(scalar) : null;

    private static string Scalar(YamlNode node) => ((YamlScalarNode)node).Value ?? "";

    private static double Number(string text) => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
}
