using System.Runtime.InteropServices;
using LeadGrains.Benchmarks.Running;
using Microsoft.Win32.SafeHandles;

namespace LeadGrains.Benchmarks.Measuring;

/// <summary>What the disk takes to make 8 KiB durable, as the journal does it: on a file that is as long already.</summary>
internal static partial class DiskFlush
{
    private const int Page = 8 * 1024;
    private const int Pages = 512;
    private const int Rounds = 5;

    /// <returns>Microseconds: the median over the pages, for each round.</returns>
    public static Spread Measure(DirectoryInfo data)
    {
        using var folder = new TemporaryFolder(data);
        using var file = File.OpenHandle(Path.Combine(folder.Path, "flush"), FileMode.Create, FileAccess.ReadWrite);
        var page = new byte[Page];
        for (var i = 0; i < Pages; i++)
        {
            RandomAccess.Write(file, page, (long)i * Page);
        }

        Flush(file);
        return Spread.Of(Enumerable.Range(0, Rounds).Select(_ => Spread.Of(Enumerable.Range(0, Pages).Select(i => One(file, page, i))).Median));
    }

    private static double One(SafeFileHandle file, byte[] page, int number)
    {
        page[0]++;
        var began = TimeProvider.System.GetTimestamp();
        RandomAccess.Write(file, page, (long)number * Page);
        Flush(file);
        return TimeProvider.System.GetElapsedTime(began).TotalMicroseconds;
    }

    private static void Flush(SafeFileHandle file)
    {
        if (!OperatingSystem.IsLinux())
            RandomAccess.FlushToDisk(file);
        else if (FDataSync(file) != 0)
            throw new IOException($"A flush failed with error {Marshal.GetLastPInvokeError()}.");
    }

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    private static partial int FDataSync(SafeFileHandle file);
}
