using System.Globalization;
using LeadGrains.Grains.Storage;

namespace LeadGrains.Storage.Embedded;

/// <summary>
/// Keeps a second process out of a data folder. The system lets go of the lock when the process ends, however it ends.
/// The process id stands in a file of its own, since nobody can read a locked one.
/// </summary>
internal sealed class FolderLock : IDisposable
{
    private readonly FileStream _lock;
    private readonly string _ownerPath;

    private FolderLock(FileStream held, string ownerPath)
    {
        _lock = held;
        _ownerPath = ownerPath;
    }

    /// <summary>Takes the lock.</summary>
    /// <exception cref="StoreUnusableException">Another process has it, or the folder cannot be written to.</exception>
    public static FolderLock Take(string folder)
    {
        var ownerPath = Path.Combine(folder, "lock.pid");
        FileStream? held = null;
        try
        {
            held = new FileStream(Path.Combine(folder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            File.WriteAllText(ownerPath, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
            return new FolderLock(held, ownerPath);
        }
        catch (IOException e) when (held is null)
        {
            throw new StoreUnusableException(
                $"The data folder {folder} is in use{Owner(ownerPath)}. Stop that process, or name another folder.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            held?.Dispose();
            throw new StoreUnusableException($"The data folder {folder} cannot be written to: {e.Message}", e);
        }
    }

    public void Dispose()
    {
        File.Delete(_ownerPath);
        _lock.Dispose();
    }

    private static string Owner(string path)
    {
        try
        {
            return $" by process {File.ReadAllText(path)}";
        }
        catch (IOException)
        {
            return " by another process";
        }
    }
}
