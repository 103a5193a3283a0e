using System.Diagnostics;

namespace LeadGrains.Testing.Processes;

/// <summary>Processes that this one has started. Where it ends without disposing of them, they are killed. Any thread.</summary>
public static class StartedProcesses
{
    private static readonly Lock Lock = new();
    private static readonly HashSet<Process> Running = [];

    static StartedProcesses() => AppDomain.CurrentDomain.ProcessExit += (_, _) => KillAll();

    public static void Add(Process process)
    {
        lock (Lock)
        {
            Running.Add(process);
        }
    }

    public static void Remove(Process process)
    {
        lock (Lock)
        {
            Running.Remove(process);
        }
    }

    private static void KillAll()
    {
        lock (Lock)
        {
            foreach (var process in Running)
            {
                process.Kill();
            }
        }
    }
}
