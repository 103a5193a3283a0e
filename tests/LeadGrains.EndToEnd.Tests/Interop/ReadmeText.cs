namespace LeadGrains.EndToEnd.Tests.Interop;

/// <summary>The examples of README, and of those beside the protos and in deploy, as a reader copies them.</summary>
internal static class ReadmeText
{
    private const string Protos = "protos/README.md";
    private const string Deploy = "deploy/README.md";

    public static string NodeExample() => Block(Protos, "## From another language", "js");

    public static string BrowserExample() => Block(Protos, "## From a browser", "js");

    public static string TlsSettings() => Block(Deploy, "## TLS", "json");

    public static IReadOnlyList<string> TlsCommands() => Block(Deploy, "## TLS", "sh").Split('\n');

    /// <summary>The calls by curl, one a line.</summary>
    public static IReadOnlyList<string> CurlCalls() => [.. Block("README.md", "### By HTTP", "sh").Split('\n'), .. Block(Protos, "## By HTTP", "sh").Split('\n')];

    /// <summary>What the README gives `buf generate` as its template.</summary>
    public static string GenerateTemplate()
    {
        var command = Block(Protos, "## From a browser", "sh").Split('\n').Single(line => line.StartsWith("npx buf generate protos --template ", StringComparison.Ordinal));
        return command[(command.IndexOf('\'', StringComparison.Ordinal) + 1)..^1];
    }

    /// <summary>The calls by `buf curl`, each on one line, in the order in which a reader meets them.</summary>
    public static IReadOnlyList<string> BufCalls() =>
    [
        .. new[] { "README.md", "deploy/sending.md", Protos }
            .SelectMany(file => Read(file).Replace("\\\n", "", StringComparison.Ordinal).Split('\n'))
            .Where(line => line.StartsWith("buf curl ", StringComparison.Ordinal)),
    ];

    private static string Read(string file) => File.ReadAllText(Path.Combine(RepositoryFiles.Root, file));

    private static string Block(string file, string heading, string language)
    {
        var readme = Read(file);
        var section = readme.IndexOf($"\n{heading}\n", StringComparison.Ordinal);
        Assert.True(section >= 0, $"{file} has no section '{heading}'.");
        var opening = $"```{language}\n";
        var start = readme.IndexOf(opening, section, StringComparison.Ordinal) + opening.Length;
        return readme[start..readme.IndexOf("\n```", start, StringComparison.Ordinal)];
    }
}
