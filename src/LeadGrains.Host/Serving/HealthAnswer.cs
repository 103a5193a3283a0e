using System.Text.Json.Serialization;

namespace LeadGrains.Host.Serving;

/// <summary>What `/healthz` answers.</summary>
/// <param name="Status">"starting", "serving" or "draining".</param>
/// <param name="Version">The program's; for this machine alone.</param>
/// <param name="Process">What the process uses; the same.</param>
internal sealed record HealthAnswer(string Status, string? Version = null, ProcessFigures? Process = null)
{
    public const string Path = "/healthz";
}

/// <summary>What a process uses.</summary>
/// <param name="Id">The process id.</param>
/// <param name="ResidentBytes">Memory that is resident.</param>
/// <param name="ManagedBytes">Memory that the runtime's heap holds.</param>
/// <param name="AllocatedBytes">Memory that the runtime's heap has given out since the start, taken back or not.</param>
/// <param name="ProcessorSeconds">Processor time since its start, of all cores.</param>
internal sealed record ProcessFigures(int Id, long ResidentBytes, long ManagedBytes, long AllocatedBytes, double ProcessorSeconds)
{
    public static ProcessFigures Now()
    {
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        return new ProcessFigures(
            Environment.ProcessId,
            process.WorkingSet64,
            GC.GetTotalMemory(forceFullCollection: false),
            GC.GetTotalAllocatedBytes(precise: false),
            process.TotalProcessorTime.TotalSeconds);
    }
}

/// <summary>Reads and writes the answer without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(HealthAnswer))]
internal sealed partial class HealthJson : JsonSerializerContext;
