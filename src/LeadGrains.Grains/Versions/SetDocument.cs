using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace LeadGrains.Grains.Versions;

/// <summary>
/// What a store keeps as the document of a version, once workspaces have models of their own: the one that this version
/// brought, and which versions brought those of the others. A version before that is a plain document, which was everyone's.
/// </summary>
/// <param name="Workspace">Whose document it is; empty where it is everyone's.</param>
/// <param name="Yaml">The document.</param>
/// <param name="Everyones">The version that brought the document of workspaces that have none of their own.</param>
/// <param name="Own">By workspace that has a model of its own, the version that brought it.</param>
internal sealed record SetDocument(string Workspace, string Yaml, uint Everyones, ImmutableSortedDictionary<string, uint> Own)
{
    // No model reads it: a key of that name is refused.
    private const string Mark = "{\"leadgrains_set\":1,";

    private static readonly ImmutableSortedDictionary<string, uint> Nobody = ImmutableSortedDictionary.Create<string, uint>(StringComparer.Ordinal);

    /// <summary>Everyone is scored by it, and it is kept as it was written.</summary>
    public bool IsPlain { get; private init; }

    /// <exception cref="InvalidDataException">It is neither a model nor one of a set.</exception>
    public static SetDocument Read(uint version, string text)
    {
        if (!text.StartsWith(Mark, StringComparison.Ordinal))
            return Plain(version, text);
        try
        {
            using var json = JsonDocument.Parse(text);
            var root = json.RootElement;
            return new SetDocument(
                root.GetProperty("workspace").GetString()!,
                root.GetProperty("yaml").GetString()!,
                root.GetProperty("everyones").GetUInt32(),
                Nobody.AddRange(root.GetProperty("own").EnumerateObject().Select(own => KeyValuePair.Create(own.Name, own.Value.GetUInt32()))));
        }
        catch (Exception damaged) when (damaged is JsonException or KeyNotFoundException or FormatException or InvalidOperationException)
        {
            throw new InvalidDataException($"What the store has of model version {version} cannot be read.", damaged);
        }
    }

    /// <summary>A document that scores everyone.</summary>
    public static SetDocument Plain(uint version, string yaml) => new("", yaml, version, Nobody) { IsPlain = true };

    /// <summary>The same models, but one: as another version brings it.</summary>
    /// <param name="workspace">Whose; empty for everyone's, which is also that of the workspace "default" from then on.</param>
    /// <param name="yaml">The document.</param>
    /// <param name="version">The version that brings it.</param>
    public SetDocument With(string workspace, string yaml, uint version) => workspace.Length == 0
        ? new SetDocument("", yaml, version, Own.Remove(Workspaces.Default))
        : new SetDocument(workspace, yaml, Everyones, Own.SetItem(workspace, version));

    /// <summary>The version that brought the workspace's document.</summary>
    public uint SourceOf(string workspace) => Own.GetValueOrDefault(workspace, Everyones);

    /// <summary>As the store keeps it.</summary>
    public string Write()
    {
        if (IsPlain)
            return Yaml;
        var own = string.Join(",", Own.Select(each => $"{JsonSerializer.Serialize(each.Key)}:{each.Value}"));
        return new StringBuilder(Mark)
            .Append(CultureInfo.InvariantCulture, $"\"workspace\":{JsonSerializer.Serialize(Workspace)},")
            .Append(CultureInfo.InvariantCulture, $"\"everyones\":{Everyones},\"own\":{{{own}}},")
            .Append(CultureInfo.InvariantCulture, $"\"yaml\":{JsonSerializer.Serialize(Yaml)}}}")
            .ToString();
    }
}
