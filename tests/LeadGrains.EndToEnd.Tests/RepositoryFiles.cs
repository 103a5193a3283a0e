namespace LeadGrains.EndToEnd.Tests;

internal static class RepositoryFiles
{
    public static string Root { get; } = FindRoot();

    public static string Protos => Path.Combine(Root, "protos");

    public static string Interop => Path.Combine(Root, "tests", "LeadGrains.EndToEnd.Tests", "Interop");

    public static string TestModel => Path.Combine(Root, "tests", "LeadGrains.EndToEnd.Tests", "Models", "endtoend.yaml");

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "LeadGrains.sln")))
        {
            folder = folder.Parent ?? throw new DirectoryNotFoundException("LeadGrains.sln is in no folder above " + AppContext.BaseDirectory);
        }

        return folder.FullName;
    }
}
