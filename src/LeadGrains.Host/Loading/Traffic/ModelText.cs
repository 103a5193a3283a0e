using System.Globalization;
using YamlDotNet.RepresentationModel;

namespace LeadGrains.Host.Loading.Traffic;

/// <summary>Reads values from a model's document that the model reader has found valid.</summary>
internal static class ModelText
{
    public static YamlNode Read(string yaml)
    {
        var stream = new YamlStream();
        using var text = new StringReader(yaml);
        stream.Load(text);
        return stream.Documents[0].RootNode;
    }

    public static IEnumerable<YamlNode> Items(YamlNode? parent, string key) =>
        Child(parent, key) is YamlSequenceNode list ? list.Children : [];

    public static YamlNode? Child(YamlNode? parent, string key) =>
        parent is YamlMappingNode mapping && mapping.Children.TryGetValue(new YamlScalarNode(key), out var child) ? child : null;

    public static string[]? Texts(YamlNode? node) => node switch
    {
        YamlSequenceNode list => [.. list.Children.Select(Scalar)],
        YamlScalarNode scalar => [Scalar(scalar)],
        _ => null,
    };

    public static string Name(YamlNode item) => Text(item, "name")!;

    public static string? Text(YamlNode? parent, string key) => Child(parent, key) is YamlScalarNode scalar ? Scalar(scalar) : null;

    public static string Scalar(YamlNode node) => ((YamlScalarNode)node).Value ?? "";

    public static double Number(string text) => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);

    public static long Ticks(string duration)
    {
        var unit = duration[^1] switch
        {
            's' => TimeSpan.TicksPerSecond,
            'm' => TimeSpan.TicksPerMinute,
            'h' => TimeSpan.TicksPerHour,
            'd' => TimeSpan.TicksPerDay,
            _ => 7 * TimeSpan.TicksPerDay,
        };
        return (long)(Number(duration[..^1]) * unit);
    }
}
