namespace LeadGrains.EndToEnd.Tests;

internal static class RepositoryFiles
{
    public static string Root => RepositoryRoot.Path;

    public static string Protos => Path.Combine(Root, "protos");

    public static string Interop => Path.Combine(Root, "tests", "LeadGrains.EndToEnd.Tests", "Interop");

    public static string Webhooks => Path.Combine(Root, "tests", "LeadGrains.EndToEnd.Tests", "Webhooks");

    public static string TestModel => Path.Combine(Root, "tests", "LeadGrains.EndToEnd.Tests", "Models", "endtoend.yaml");
}
