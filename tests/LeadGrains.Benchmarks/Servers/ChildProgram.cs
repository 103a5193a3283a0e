using System.Diagnostics;
using System.Runtime.InteropServices;
using LeadGrains.Testing.Processes;

namespace LeadGrains.Benchmarks.Servers;

/// <summary>The `leadgrains` program that was built with the benchmarks, in a process of its own, as in service.</summary>
internal sealed partial class ChildProgram : IAsyncDisposable
{
    private const int Terminate = 15;
    private readonly Process _process;

    private ChildProgram(Process process) => _process = process;

    /// <summary>Processor time since its start, of all cores.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Memory that is resident now.</summary>
    public long ResidentBytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    public int Id => _process.Id;

    public static ChildProgram Start(params IEnumerable<string> arguments)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "leadgrains.dll");
        var info = new ProcessStartInfo("dotnet", ["exec", program, .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        var process = Process.Start(info) ?? throw new InvalidOperationException($"{program} did not start.");
        StartedProcesses.Add(process);
        return new ChildProgram(process);
    }

    /// <summary>The next line of its standard output that begins so.</summary>
    /// <exception cref="InvalidOperationException">It ended before.</exception>
    public async Task<string> ReadLineAsync(string beginning, CancellationToken cancellationToken)
    {
        while (await _process.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.StartsWith(beginning, StringComparison.Ordinal))
            {
                return line;
            }
        }

        throw new InvalidOperationException($"leadgrains ended before it said '{beginning}'.");
    }

    /// <summary>Ends it as an operator does, and waits until it has written what it holds.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _ = Signal(_process.Id, Terminate);
        await _process.StandardOutput.ReadToEndAsync(cancellationToken);
        await _process.WaitForExitAsync(cancellationToken);
        if (_process.ExitCode != 0)
        {
            throw new InvalidOperationException($"leadgrains ended with {_process.ExitCode}.");
        }
    }

    /// <summary>Kills it, where it still runs.</summary>
    public async ValueTask DisposeAsync()
    {
        StartedProcesses.Remove(_process);
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Signal(int process, int signal);
}
