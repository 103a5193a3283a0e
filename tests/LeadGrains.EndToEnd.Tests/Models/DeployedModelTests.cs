using LeadGrains.Scoring;

namespace LeadGrains.EndToEnd.Tests.Models;

public sealed class DeployedModelTests
{
    public static TheoryData<string> Models =>
    [
        "tests/LeadGrains.EndToEnd.Tests/Models/endtoend.yaml",
        .. Directory.GetFiles(Path.Combine(RepositoryFiles.Root, "deploy", "models"), "*.yaml").Select(path => Path.GetRelativePath(RepositoryFiles.Root, path)),
    ];

    [Theory]
    [MemberData(nameof(Models))]
    public void Read_WhenTheDocumentIsDeployed_FindsNoProblem(string path)
    {
        var result = ModelReader.Read(File.ReadAllText(Path.Combine(RepositoryFiles.Root, path)));

        Assert.Empty(result.Problems);
    }
}
