using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace LeadGrains.Storage.Embedded;

/// <summary>Calls of the operating system that the runtime has no words for.</summary>
internal static partial class UnixCalls
{
    private const int ReadOnly = 0;
    private const int Interrupted = 4;

    /// <summary>
    /// Puts a file's data on disk without its times: on a file that was filled beforehand the file system then has
    /// no metadata of its own to commit. Linux only.
    /// </summary>
    public static void FlushData(SafeFileHandle file)
    {
        while (FDataSync(file) != 0)
        {
            // Interrupted before it did anything; all else is a failed flush.
            if (Marshal.GetLastPInvokeError() != Interrupted)
                throw Failure("A flush to disk failed");
        }
    }

    /// <summary>Makes new, renamed and removed names of a folder durable.</summary>
    public static void FlushFolder(string path)
    {
        var folder = Open(path, ReadOnly);
        if (folder < 0)
            throw Failure($"The folder {path} cannot be opened for a flush");
        try
        {
            if (FSync(folder) != 0)
                throw Failure($"A flush of the folder {path} failed");
        }
        finally
        {
            _ = Close(folder);
        }
    }

    private static IOException Failure(string what)
    {
        var cause = new Win32Exception(Marshal.GetLastPInvokeError());
        return new IOException($"{what}: {cause.Message}.", cause);
    }

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    private static partial int FDataSync(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FSync(int file);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int file);
}
