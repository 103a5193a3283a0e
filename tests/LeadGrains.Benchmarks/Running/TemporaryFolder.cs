namespace LeadGrains.Benchmarks.Running;

/// <summary>A folder that is gone when it is disposed of.</summary>
/// <param name="parent">Where it is made.</param>
internal sealed class TemporaryFolder(DirectoryInfo parent) : IDisposable
{
    public string Path { get; } = parent.CreateSubdirectory($"leadgrains-bench-{Environment.ProcessId}-{System.IO.Path.GetRandomFileName()}").FullName;

    public void Dispose()
    {
        if (Directory.Exists(Path))
        {
            Directory.Delete(Path, recursive: true);
        }
    }
}
