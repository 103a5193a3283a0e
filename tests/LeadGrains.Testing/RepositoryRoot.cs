namespace LeadGrains.Testing;

/// <summary>Where tests find files of the repository that are no part of their build.</summary>
public static class RepositoryRoot
{
    /// <summary>The folder that holds the solution, found upward from the running test.</summary>
    public static string Path { get; } = Find();

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "LeadGrains.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException("LeadGrains.sln is in no folder above " + AppContext.BaseDirectory);
    }
}
