using System.Diagnostics;
using System.Text;
using LeadGrains.Benchmarks.Running;

namespace LeadGrains.Benchmarks.Peers.Processes;

/// <summary>A program that the suite started, with what it has said. Killed when it is disposed of.</summary>
internal sealed class PeerProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _said = new();

    private PeerProcess(IReadOnlyList<string> command, string? input)
    {
        _process = new Process
        {
            StartInfo = new ProcessStartInfo(command[0], command.Skip(1))
            {
                UseShellExecute = false,
                WorkingDirectory = Path.GetPathRoot(Path.GetTempPath())!,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
        };
        _process.OutputDataReceived += Hear;
        _process.ErrorDataReceived += Hear;
        _process.Start();
        StartedProcesses.Add(_process);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        _process.StandardInput.Write(input);
        _process.StandardInput.Close();
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>Both of its streams.</summary>
    public string Said
    {
        get
        {
            lock (_said)
            {
                return _said.ToString();
            }
        }
    }

    /// <param name="command">The program and its arguments.</param>
    /// <param name="input">What it reads.</param>
    public static PeerProcess Start(IReadOnlyList<string> command, string? input = null) => new(command, input);

    /// <summary>Runs a program to its end.</summary>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    public static async Task RunAsync(IReadOnlyList<string> command, CancellationToken cancellationToken)
    {
        await using var process = new PeerProcess(command, input: null);
        await process._process.WaitForExitAsync(cancellationToken);
        if (process._process.ExitCode != 0)
            throw new InvalidOperationException($"{string.Join(' ', command)} ended with {process._process.ExitCode}: {process.Said}");
    }

    public async ValueTask DisposeAsync()
    {
        StartedProcesses.Remove(_process);
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        _process.Dispose();
    }

    private void Hear(object sender, DataReceivedEventArgs line)
    {
        lock (_said)
        {
            _said.AppendLine(line.Data);
        }
    }
}
