using System.Diagnostics;
using LeadGrains.Benchmarks.Measuring;
using LeadGrains.Benchmarks.Servers;

namespace LeadGrains.Benchmarks.Ingest;

/// <summary>Measures work that this process gives another one.</summary>
internal static class ProcessSample
{
    /// <param name="servers">The other processes; their times are added up.</param>
    /// <param name="work">Returns how many operations were done, once they have been answered.</param>
    /// <param name="after">What the server still does for them; counts as its processor time alone.</param>
    public static async Task<Sample> TakeAsync(IReadOnlyList<ChildProgram> servers, Func<Task<long>> work, Func<Task>? after = null)
    {
        using var own = Process.GetCurrentProcess();
        var (serverBefore, ownBefore) = (Of(servers), own.TotalProcessorTime);
        var began = TimeProvider.System.GetTimestamp();
        var operations = await work();
        var elapsed = TimeProvider.System.GetElapsedTime(began);
        own.Refresh();
        var ownAfter = own.TotalProcessorTime;
        if (after is not null)
        {
            await after();
        }

        return new Sample(
            (Measure.PerSecond, operations / elapsed.TotalSeconds),
            (Measure.ServerProcessor, (Of(servers) - serverBefore).TotalMicroseconds / operations),
            (Measure.GeneratorProcessor, (ownAfter - ownBefore).TotalMicroseconds / operations));
    }

    private static TimeSpan Of(IReadOnlyList<ChildProgram> servers) => servers.Aggregate(TimeSpan.Zero, (sum, server) => sum + server.ProcessorTime);
}
