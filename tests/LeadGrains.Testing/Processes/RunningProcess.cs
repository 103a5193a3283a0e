using System.Diagnostics;
using System.Text;

namespace LeadGrains.Testing.Processes;

/// <summary>A program that a test started, with all that it has said. Ended with the test at the latest.</summary>
public sealed class RunningProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private bool _isDisposed;

    private RunningProcess(Process process) => _process = process;

    /// <summary>Both streams, in the order of arrival.</summary>
    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    public bool HasExited => _process.HasExited;

    public int Id => _process.Id;

    /// <summary>Runs a command to its end.</summary>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    public static async Task RunAsync(IReadOnlyList<string> command, CancellationToken cancellationToken)
    {
        await using var running = Start(command[0], command.Skip(1));
        await running._process.WaitForExitAsync(cancellationToken);
        if (running._process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{string.Join(' ', command)} ended with {running._process.ExitCode}: {running.Output}");
        }
    }

    public static RunningProcess Start(
        string program, IEnumerable<string> arguments, string? folder = null, string? input = null, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = folder ?? Path.GetTempPath(),
        };
        // Tables and figures are read by tests, so they come without colour and at a known width.
        start.Environment["NO_COLOR"] = "1";
        start.Environment["COLUMNS"] = "160";
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;

        var running = new RunningProcess(new Process { StartInfo = start });
        running._process.OutputDataReceived += running.Append;
        running._process.ErrorDataReceived += running.Append;
        running._process.Start();
        StartedProcesses.Add(running._process);
        running._process.BeginOutputReadLine();
        running._process.BeginErrorReadLine();
        running._process.StandardInput.Write(input);
        running._process.StandardInput.Close();
        return running;
    }

    /// <summary>The exit code, once all output has been read.</summary>
    public async Task<int> WaitAsync(TimeSpan atMost, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(atMost);
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException late) when (!cancellationToken.IsCancellationRequested)
        {
            Kill();
            throw new TimeoutException($"{_process.StartInfo.FileName} had not ended after {atMost}. It said:\n{Output}", late);
        }

        return _process.ExitCode;
    }

    /// <summary>Waits for the first whole line that begins so.</summary>
    public async Task<string> LineAsync(string start, TimeSpan atMost, CancellationToken cancellationToken)
    {
        var waited = Stopwatch.StartNew();
        while (true)
        {
            var hasExited = HasExited;
            if (Output.Split('\n').FirstOrDefault(line => line.StartsWith(start, StringComparison.Ordinal)) is { } found)
            {
                return found;
            }

            if (hasExited || waited.Elapsed > atMost)
            {
                throw new InvalidOperationException($"{_process.StartInfo.FileName} said no line '{start}...'. It said:\n{Output}");
            }

            await Task.Delay(20, cancellationToken);
        }
    }

    /// <summary>Ends the process at once, as the loss of its machine's power would end it for its callers.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    /// <summary>Asks the process to end.</summary>
    public void Terminate() => Signal("TERM");

    /// <summary>Sends a signal, such as "STOP", after which the process does nothing until it gets "CONT".</summary>
    public void Signal(string name)
    {
        using var kill = Process.Start("kill", ["-" + name, _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        StartedProcesses.Remove(_process);
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        _process.Dispose();
    }

    private void Append(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is not null)
        {
            lock (_output)
            {
                _output.Append(line.Data).Append('\n');
            }
        }
    }
}
