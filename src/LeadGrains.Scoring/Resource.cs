namespace LeadGrains.Scoring;

/// <summary>Texts that ship inside the assembly.</summary>
internal static class Resource
{
    /// <summary>The text of a file in Resources/.</summary>
    public static string Read(string fileName)
    {
        using var stream = typeof(Resource).Assembly.GetManifestResourceStream($"LeadGrains.Scoring.Resources.{fileName}")
            ?? throw new InvalidOperationException($"The assembly lacks its resource {fileName}.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <summary>The lines of a file in Resources/, but for empty ones and those that begin with #.</summary>
    public static IEnumerable<string> Lines(string fileName) => Read(fileName)
        .Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        .Where(line => line[0] != '#');
}
