using System.Globalization;
using System.Net.Http.Json;
using LeadGrains.Grains;
using LeadGrains.Host.Serving;

namespace LeadGrains.Benchmarks.Servers;

/// <summary>`leadgrains serve` on a folder, with everything on and free ports of the loopback address.</summary>
internal sealed class RunningServer : IAsyncDisposable
{
    private const int Partitions = 16;
    private static readonly TimeSpan RestInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan MostRest = TimeSpan.FromSeconds(60);
    private readonly HttpClient _http;

    private RunningServer(ChildProgram program, TimeSpan startTime, string found, string ready)
    {
        Program = program;
        StartTime = startTime;
        Found = found;
        Address = AddressAfter(ready, "gRPC on ");
        _http = new HttpClient { BaseAddress = AddressAfter(ready, "HTTP on ") };
    }

    /// <summary>Signals after which every partition has written its rows once, by its options as delivered.</summary>
    public static long SignalsPerCheckpoint => (long)Partitions * new GrainNodeOptions().CheckpointEntries;

    public ChildProgram Program { get; }

    /// <summary>Of gRPC.</summary>
    public Uri Address { get; }

    /// <summary>From the start of the process until it took calls.</summary>
    public TimeSpan StartTime { get; }

    /// <summary>What it said that it found in the folder.</summary>
    public string Found { get; }

    public static Task<RunningServer> StartAsync(string folder, CancellationToken cancellationToken, params IEnumerable<string> options) =>
        StartOnAsync(["--data", folder], cancellationToken, options);

    /// <param name="where">The options that say where its data is.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <param name="options">More options of `serve`.</param>
    public static async Task<RunningServer> StartOnAsync(IEnumerable<string> where, CancellationToken cancellationToken, params IEnumerable<string> options)
    {
        var began = TimeProvider.System.GetTimestamp();
        var program = ChildProgram.Start(["serve", .. where, "--grpc", "127.0.0.1:0", "--http", "127.0.0.1:0", "--log-level", "Warning", .. options]);
        try
        {
            var found = await program.ReadLineAsync(where.Contains("--cluster") ? "Node " : "Found ", cancellationToken);
            var ready = await program.ReadLineAsync("Ready. ", cancellationToken);
            return new RunningServer(program, TimeProvider.System.GetElapsedTime(began), found, ready);
        }
        catch
        {
            await program.DisposeAsync();
            throw;
        }
    }

    /// <summary>What its process uses, as it says itself.</summary>
    public async Task<ProcessFigures> AskAsync(CancellationToken cancellationToken) =>
        (await _http.GetFromJsonAsync(HealthAnswer.Path, HealthJson.Default.HealthAnswer, cancellationToken))!.Process!;

    /// <summary>Waits until it works no more: rows are written behind.</summary>
    /// <returns>How long that took.</returns>
    public async Task<TimeSpan> RestAsync(CancellationToken cancellationToken)
    {
        var began = TimeProvider.System.GetTimestamp();
        var last = began;
        var before = Program.ProcessorTime;
        while (TimeProvider.System.GetElapsedTime(began) < MostRest)
        {
            await Task.Delay(RestInterval, TimeProvider.System, cancellationToken);
            var now = Program.ProcessorTime;
            if (now - before <= RestInterval / 5)
                break;
            before = now;
            last = TimeProvider.System.GetTimestamp();
        }

        return TimeProvider.System.GetElapsedTime(began, last);
    }

    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return Program.DisposeAsync();
    }

    private static Uri AddressAfter(string ready, string words)
    {
        var from = ready.IndexOf(words, StringComparison.Ordinal) + words.Length;
        return new Uri(string.Create(CultureInfo.InvariantCulture, $"http://{ready[from..].Split(',')[0].TrimEnd('.')}"));
    }
}
