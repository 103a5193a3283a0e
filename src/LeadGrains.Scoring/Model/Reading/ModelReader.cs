using System.Security.Cryptography;
using System.Text;

namespace LeadGrains.Scoring;

/// <summary>Reads and checks a model's YAML document.</summary>
public static class ModelReader
{
    /// <summary>The model, or as many of the document's problems as can be told at once. Never throws for what the document says.</summary>
    public static ModelReadResult Read(string yaml)
    {
        ArgumentNullException.ThrowIfNull(yaml);
        var problems = new ProblemList();
        var model = ReadInto(problems, yaml);
        return problems.Count == 0 ? new ModelReadResult(model, []) : new ModelReadResult(null, problems.InOrder());
    }

    private static ScoringModel? ReadInto(ProblemList problems, string yaml)
    {
        if (yaml.Length > ModelLimits.DocumentCharacters)
        {
            problems.Add(1, 1, $"a model must have at most {ModelLimits.DocumentCharacters} characters, and this has {yaml.Length}");
            return null;
        }

        var root = YamlTree.Read(yaml, problems);
        if (root is null || new ValueReader(problems).Mapping(root, "a model") is not { } keys)
            return null;
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(yaml));
        return new DocumentReader(keys).Read(yaml, [.. hash]);
    }
}
