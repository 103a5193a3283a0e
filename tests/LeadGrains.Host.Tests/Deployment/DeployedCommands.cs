using System.Text.Json;
using System.Text.RegularExpressions;
using LeadGrains.Testing;
using YamlDotNet.RepresentationModel;

namespace LeadGrains.Host.Tests.Deployment;

/// <summary>The files under deploy, and the command lines that they give the program.</summary>
internal static partial class DeployedCommands
{
    private static string Folder => Path.Combine(RepositoryRoot.Path, "deploy");

    /// <summary>All of them, each with the file that it stands in.</summary>
    public static IEnumerable<(string File, string[] Arguments)> All() =>
    [
        .. YamlFiles().SelectMany(file => Documents(file).SelectMany(document => Nested(document.RootNode)).Select(arguments => (file, arguments))),
        .. ExecStart().Matches(Text("systemd/leadgrains.service")).Select(match => ("systemd/leadgrains.service", Words(match.Groups[1].Value))),
        .. ContainerCommand().Matches(Text("Dockerfile")).Select(match => ("Dockerfile", JsonSerializer.Deserialize<string[]>(match.Groups[1].Value)!)),
        .. Pages().SelectMany(file => TypedCommand().Matches(Text(file)).Select(match => (file, Words(match.Groups[1].Value)))),
    ];

    /// <summary>From the folder deploy.</summary>
    public static IEnumerable<string> YamlFiles() =>
        Directory.EnumerateFiles(Folder, "*.yaml", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(Folder, path)).Order(StringComparer.Ordinal);

    private static IEnumerable<string> Pages() =>
        Directory.EnumerateFiles(Folder, "*.md", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(Folder, path)).Order(StringComparer.Ordinal).Prepend("../README.md");

    public static string Text(string file) => File.ReadAllText(Path.Combine(Folder, file));

    /// <exception cref="YamlDotNet.Core.YamlException">It is no YAML.</exception>
    public static IList<YamlDocument> Documents(string file)
    {
        var yaml = new YamlStream();
        yaml.Load(new StringReader(Text(file)));
        return yaml.Documents;
    }

    // Lists that begin with a command of the program, wherever they stand. What is put in later stands for itself.
    private static IEnumerable<string[]> Nested(YamlNode node) => node switch
    {
        YamlSequenceNode { Children: [YamlScalarNode { Value: "serve" }, ..] } list =>
            [[.. list.Children.Select(item => Placeholder().Replace(((YamlScalarNode)item).Value!, "placed"))]],
        YamlSequenceNode list => list.Children.SelectMany(Nested),
        YamlMappingNode map => map.Children.SelectMany(pair => Nested(pair.Value)),
        _ => [],
    };

    // As a shell has them, where nothing is escaped; without comments, and where output goes.
    private static string[] Words(string line) =>
        [.. Word().Matches(line.Split('#')[0].Split(" > ")[0]).Select(word => word.Value.Replace("\"", "", StringComparison.Ordinal))];

    [GeneratedRegex(@"\$[({]\w+[)}]")]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"^ExecStart=\S*/leadgrains (.+)$", RegexOptions.Multiline)]
    private static partial Regex ExecStart();

    [GeneratedRegex(@"^CMD (\[.+\])$", RegexOptions.Multiline)]
    private static partial Regex ContainerCommand();

    [GeneratedRegex(@"^leadgrains (.+)$", RegexOptions.Multiline)]
    private static partial Regex TypedCommand();

    [GeneratedRegex("(?:\"[^\"]*\"|[^\\s\"])+")]
    private static partial Regex Word();
}
