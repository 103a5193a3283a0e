namespace LeadGrains.Benchmarks.Measuring;

/// <summary>What one slice of work cost.</summary>
/// <param name="Operations">Calls or messages, as the contender counts them.</param>
/// <param name="Elapsed">By the clock on the wall.</param>
/// <param name="Processor">Of all cores, of this process: clients and server together.</param>
/// <param name="AllocatedBytes">By all threads of this process.</param>
internal sealed record Sample(long Operations, TimeSpan Elapsed, TimeSpan Processor, long AllocatedBytes)
{
    public double PerSecond => Operations / Elapsed.TotalSeconds;

    public double ProcessorMicroseconds => Processor.TotalMicroseconds / Operations;

    public double AllocatedPerOperation => (double)AllocatedBytes / Operations;

    /// <summary>Measures work that returns how many operations it did.</summary>
    public static async Task<Sample> TakeAsync(Func<Task<long>> work)
    {
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        process.Refresh();
        var processor = process.TotalProcessorTime;
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        var began = TimeProvider.System.GetTimestamp();
        var operations = await work();
        var elapsed = TimeProvider.System.GetElapsedTime(began);
        process.Refresh();
        return new Sample(operations, elapsed, process.TotalProcessorTime - processor, GC.GetTotalAllocatedBytes(precise: true) - allocated);
    }
}
