namespace LeadGrains.Storage.Embedded;

/// <summary>A folder that nobody but the user of the process may look into, since a store is about people.</summary>
internal static class PrivateFolder
{
    private const UnixFileMode Own = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Makes it. One that is there keeps its rights; those around it, where they are missing, get what the system gives.</summary>
    public static void Make(string path)
    {
        if (Directory.Exists(path))
            return;
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } around)
            Directory.CreateDirectory(around);
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path);
        else
            Directory.CreateDirectory(path, Own);
    }
}
