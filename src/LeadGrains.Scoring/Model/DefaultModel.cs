namespace LeadGrains.Scoring;

/// <summary>The model that ships inside the program: the usual signals of B2B marketing.</summary>
public static class DefaultModel
{
    private static readonly Lazy<ScoringModel> Lazily = new(Read);

    /// <summary>The document, with comments that explain its choices.</summary>
    public static string Yaml { get; } = Resource.Read("default.yaml");

    /// <summary>The model.</summary>
    public static ScoringModel Model => Lazily.Value;

    private static ScoringModel Read()
    {
        var result = ModelReader.Read(Yaml);
        return result.Model ?? throw new InvalidOperationException($"The default model is faulty: {result.Problems[0]}");
    }
}
