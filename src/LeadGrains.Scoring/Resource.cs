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
}
