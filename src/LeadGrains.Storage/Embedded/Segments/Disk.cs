using Microsoft.Win32.SafeHandles;

namespace LeadGrains.Storage.Embedded.Segments;

/// <summary>The file operations of the journal: the one place where tests let a disk fail.</summary>
internal class Disk
{
    public virtual SafeFileHandle Create(string path) =>
        File.OpenHandle(path, FileMode.Create, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);

    public virtual SafeFileHandle OpenForWriting(string path) =>
        File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);

    public virtual SafeFileHandle OpenForReading(string path) =>
        File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);

    public virtual void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset) =>
        RandomAccess.Write(file, bytes, offset);

    public virtual void Write(SafeFileHandle file, IReadOnlyList<ReadOnlyMemory<byte>> pieces, long offset) =>
        RandomAccess.Write(file, pieces, offset);

    /// <summary>Puts the data on disk. Where this fails nobody can know what is there, so nobody may try again.</summary>
    public virtual void Flush(SafeFileHandle file)
    {
        if (OperatingSystem.IsLinux())
            UnixCalls.FlushData(file);
        else
            RandomAccess.FlushToDisk(file);
    }

    public virtual void SetLength(SafeFileHandle file, long length)
    {
        RandomAccess.SetLength(file, length);
        RandomAccess.FlushToDisk(file);
    }

    public virtual void Rename(string from, string to) => File.Move(from, to, overwrite: true);

    public virtual void Delete(string path) => File.Delete(path);

    /// <summary>Makes new names durable. On Windows a folder cannot be flushed: the file system's own journal does it.</summary>
    public virtual void FlushFolder(string path)
    {
        if (!OperatingSystem.IsWindows())
            UnixCalls.FlushFolder(path);
    }
}
