using System.Runtime.InteropServices;

namespace LeadGrains.Benchmarks.Measuring;

/// <summary>Where a run took place.</summary>
/// <param name="Processor">The processor's model.</param>
/// <param name="Cores">Those that the runtime sees.</param>
/// <param name="System">The operating system and its kernel.</param>
/// <param name="Runtime">.NET.</param>
/// <param name="MemoryBytes">All memory that the runtime may use.</param>
/// <param name="FileSystem">Of the folder that all data was in.</param>
/// <param name="FlushMicroseconds">What it takes to write 8 KiB to a file that has its length already and to flush its data to the disk.</param>
internal sealed record Machine(
    string Processor, int Cores, string System, string Runtime, long MemoryBytes, string FileSystem, Spread FlushMicroseconds)
{
    public static Machine Look(DirectoryInfo data) => new(
        ProcessorModel(),
        Environment.ProcessorCount,
        $"{RuntimeInformation.OSDescription}, kernel {Environment.OSVersion.Version}, {RuntimeInformation.ProcessArchitecture}",
        RuntimeInformation.FrameworkDescription,
        GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
        new DriveInfo(data.FullName).DriveFormat,
        DiskFlush.Measure(data));

    private static string ProcessorModel()
    {
        const string File = "/proc/cpuinfo", Key = "model name";
        var line = OperatingSystem.IsLinux() ? global::System.IO.File.ReadLines(File).FirstOrDefault(line => line.StartsWith(Key, StringComparison.Ordinal)) : null;
        return line?.Split(':', 2)[1].Trim() ?? "unknown processor";
    }
}
