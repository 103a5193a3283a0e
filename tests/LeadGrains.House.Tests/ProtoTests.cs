using System.Text.RegularExpressions;

namespace LeadGrains.House.Tests;

public sealed partial class ProtoTests
{
    private static readonly Dictionary<string, string> Namespaces = new(StringComparer.Ordinal)
    {
        ["leadgrains/v1"] = "LeadGrains.V1",
        ["leadgrains/journal/v1"] = "LeadGrains.Journal.V1",
        ["leadgrains/registry/v1"] = "LeadGrains.Registry.V1",
        ["leadgrains/cluster/v1"] = "LeadGrains.Cluster.V1",
        ["grpc/health/v1"] = "Grpc.Health.V1",
        ["grpc/reflection/v1"] = "Grpc.Reflection.V1",
        ["grpc/reflection/v1alpha"] = "Grpc.Reflection.V1Alpha",
        ["google/api"] = "Google.Api",
        ["google/rpc"] = "Google.Rpc",
    };

    [Fact]
    public void Protos_WhenRead_NameTheirNamespace() => HouseRule.Holds(
        Repository.Under("protos/").Where(file => file.Path.EndsWith(".proto", StringComparison.Ordinal)).SelectMany(Violations),
        "A proto lies in an unknown folder, or its package or csharp_namespace is not its folder's:");

    [Theory]
    [InlineData("protos/leadgrains/v1/a.proto", "package leadgrains.v1;\n")]
    [InlineData("protos/leadgrains/v1/a.proto", "package leadgrains.v2;\noption csharp_namespace = \"LeadGrains.V1\";\n")]
    [InlineData("protos/other/a.proto", "package other;\noption csharp_namespace = \"Other\";\n")]
    public void Protos_WhenTheNamespaceIsNotTheFolders_AreRefused(string path, string text) => Assert.NotEmpty(Violations(new TextFile(path, text)));

    private static IEnumerable<string> Violations(TextFile file)
    {
        var folder = Path.GetDirectoryName(file.Path["protos/".Length..])!.Replace('\\', '/');
        if (!Namespaces.TryGetValue(folder, out var expected))
        {
            yield return $"{file.Path}: a folder that the design does not name";
            yield break;
        }

        if (Package().Match(file.Text).Groups[1].Value != folder.Replace('/', '.'))
        {
            yield return $"{file.Path}: package";
        }

        if (Namespace().Match(file.Text).Groups[1].Value != expected)
        {
            yield return $"{file.Path}: csharp_namespace";
        }
    }

    [GeneratedRegex(@"^package ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Package();

    [GeneratedRegex("^option csharp_namespace = \"([\\w.]+)\";", RegexOptions.Multiline)]
    private static partial Regex Namespace();
}
