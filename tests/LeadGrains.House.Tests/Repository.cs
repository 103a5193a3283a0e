using LeadGrains.Testing;

namespace LeadGrains.House.Tests;

/// <summary>The repository's files as they lie on disk, without what builds and runs leave behind.</summary>
internal static class Repository
{
    private static readonly Lazy<IReadOnlyList<TextFile>> AllFiles = new(() => [.. Walk(Root, "")]);

    public static string Root => RepositoryRoot.Path;

    public static IReadOnlyList<TextFile> Files => AllFiles.Value;

    public static IEnumerable<TextFile> SourceCode => Under("src/").Where(file => file.IsCode);

    public static IEnumerable<TextFile> TestCode => Under("tests/").Where(file => file.IsCode);

    public static IEnumerable<TextFile> Projects => Files.Where(file => file.Path.EndsWith(".csproj", StringComparison.Ordinal));

    /// <summary>Names at the top level, folders with a slash at the end.</summary>
    public static IEnumerable<string> TopLevel()
    {
        var ignored = IgnoredFolders();
        foreach (var folder in Directory.EnumerateDirectories(Root).Select(path => Path.GetFileName(path)))
        {
            if (!ignored.Contains(folder))
            {
                yield return folder + "/";
            }
        }

        foreach (var file in Directory.EnumerateFiles(Root))
        {
            yield return Path.GetFileName(file);
        }
    }

    public static IEnumerable<TextFile> Under(string folder) =>
        Files.Where(file => file.Path.StartsWith(folder, StringComparison.Ordinal));

    public static TextFile File(string path) =>
        Files.FirstOrDefault(file => file.Path == path) ?? throw new FileNotFoundException($"{path} is missing from the repository", path);

    private static IEnumerable<TextFile> Walk(string folder, string prefix)
    {
        var ignored = IgnoredFolders();
        foreach (var file in Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal))
        {
            yield return new TextFile(prefix + Path.GetFileName(file), () => System.IO.File.ReadAllText(file));
        }

        foreach (var child in Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal))
        {
            var name = Path.GetFileName(child);
            if (!ignored.Contains(name))
            {
                foreach (var file in Walk(child, prefix + name + "/"))
                {
                    yield return file;
                }
            }
        }
    }

    private static HashSet<string> IgnoredFolders() =>
    [
        ".git",
        .. System.IO.File.ReadLines(Path.Combine(Root, ".gitignore"))
            .Where(line => line.EndsWith('/'))
            .Select(line => line.Trim('/')),
    ];
}
