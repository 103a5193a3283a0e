namespace LeadGrains.EndToEnd.Tests.Interop;

/// <summary>The README's examples, as a reader copies them.</summary>
internal static class ReadmeText
{
    public static string NodeExample() => Block("### From another language", "js");

    public static string BrowserExample() => Block("### From a browser", "js");

    public static string TlsSettings() => Block("### TLS", "json");

    public static IReadOnlyList<string> TlsCommands() => Block("### TLS", "sh").Split('\n');

    /// <summary>What the README gives `buf generate` as its template.</summary>
    public static string GenerateTemplate()
    {
        var command = Block("### From a browser", "sh").Split('\n').Single(line => line.StartsWith("npx buf generate protos --template ", StringComparison.Ordinal));
        return command[(command.IndexOf('\'', StringComparison.Ordinal) + 1)..^1];
    }

    private static string Block(string heading, string language)
    {
        var readme = File.ReadAllText(Path.Combine(RepositoryFiles.Root, "README.md"));
        var section = readme.IndexOf($"\n{heading}\n", StringComparison.Ordinal);
        Assert.True(section >= 0, $"The README has no section '{heading}'.");
        var opening = $"```{language}\n";
        var start = readme.IndexOf(opening, section, StringComparison.Ordinal) + opening.Length;
        return readme[start..readme.IndexOf("\n```", start, StringComparison.Ordinal)];
    }
}
