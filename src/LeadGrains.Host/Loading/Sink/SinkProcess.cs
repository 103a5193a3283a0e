using System.Diagnostics;
using System.Reflection;
using LeadGrains.Host.Commands;

namespace LeadGrains.Host.Loading.Sink;

/// <summary>A sink in a process of its own, as the server is, so that both are measured alike.</summary>
internal sealed class SinkProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartTime = TimeSpan.FromSeconds(20);
    private readonly Process _process;

    private SinkProcess(Process process, Uri address)
    {
        _process = process;
        Address = address;
    }

    public Uri Address { get; }

    public static async Task<SinkProcess> StartAsync(TimeProvider clock, CancellationToken cancellationToken)
    {
        var process = Process.Start(StartInfo()) ?? throw new CommandFailedException("The sink did not start.");
        using var patience = new CancellationTokenSource(StartTime, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        var line = await process.StandardOutput.ReadLineAsync(both.Token);
        if (line is null || !Uri.TryCreate(line, UriKind.Absolute, out var address))
        {
            process.Kill();
            process.Dispose();
            throw new CommandFailedException($"The sink did not start: {line}");
        }

        return new SinkProcess(process, address);
    }

    /// <summary>Ends the process: it stops when its input ends, and so also if this process is killed.</summary>
    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static ProcessStartInfo StartInfo()
    {
        var own = Environment.ProcessPath;
        var info = own is not null && Path.GetFileNameWithoutExtension(own) == "leadgrains"
            ? new ProcessStartInfo(own, [SinkCommand.Name])
            : new ProcessStartInfo("dotnet", ["exec", Assembly.GetExecutingAssembly().Location, SinkCommand.Name]);
        info.RedirectStandardInput = true;
        info.RedirectStandardOutput = true;
        return info;
    }
}
