using LeadGrains.Benchmarks.Load;
using LeadGrains.Benchmarks.Measuring;
using LeadGrains.Benchmarks.Running;
using LeadGrains.Benchmarks.Servers;

namespace LeadGrains.Benchmarks.Ingest;

/// <summary>A server on a folder of its own that knows a pool's contacts and accounts, and a generator that loads it.</summary>
internal sealed class ServedLoad : IAsyncDisposable
{
    private readonly TemporaryFolder _folder;
    private readonly LoadGenerator _generator;

    private ServedLoad(TemporaryFolder folder, RunningServer server, SignalPool pool)
    {
        _folder = folder;
        Server = server;
        _generator = new LoadGenerator(pool, server.Address);
    }

    /// <summary>How long it went on working after the last answer.</summary>
    public static Measure Resting { get; } = new("restingMilliseconds", "ms until at rest");

    public RunningServer Server { get; }

    /// <param name="settings">Where its folder goes.</param>
    /// <param name="pool">The signals.</param>
    /// <param name="options">More options of `serve`.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    public static async Task<ServedLoad> StartAsync(Settings settings, SignalPool pool, IEnumerable<string> options, CancellationToken cancellationToken)
    {
        var folder = new TemporaryFolder(settings.Data);
        RunningServer? server = null;
        try
        {
            server = await RunningServer.StartAsync(folder.Path, cancellationToken, options);
            var load = new ServedLoad(folder, server, pool);
            await WarmUp.RunAsync(settings, pool, [server], load._generator, cancellationToken);
            return load;
        }
        catch
        {
            await (server?.DisposeAsync() ?? default);
            folder.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Sends until the token fires. Rows that the server still writes after the last answer are waited for, so that they
    /// slow nobody else's turn; their processor time counts, and how long they took is told.
    /// </summary>
    /// <param name="shape">How to send.</param>
    /// <param name="over">Ends the sending.</param>
    public Task<Sample> TakeAsync(LoadShape shape, CancellationToken over) => RunAsync(shape, long.MaxValue, over);

    /// <summary>The same until so many signals have been sent.</summary>
    /// <exception cref="OperationCanceledException">The token fired before.</exception>
    public async Task<Sample> TakeAsync(LoadShape shape, long signals, CancellationToken cancellationToken)
    {
        var sample = await RunAsync(shape, signals, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        return sample;
    }

    public async ValueTask DisposeAsync()
    {
        _generator.Dispose();
        await Server.DisposeAsync();
        _folder.Dispose();
    }

    private async Task<Sample> RunAsync(LoadShape shape, long most, CancellationToken over)
    {
        var allocated = (await Server.AskAsync(CancellationToken.None)).AllocatedBytes;
        var rest = TimeSpan.Zero;
        long signals = 0;
        var sample = await ProcessSample.TakeAsync(
            [Server.Program],
            async () => signals = await _generator.SendAsync(shape, over, most),
            async () => rest = await Server.RestAsync(CancellationToken.None));
        allocated = (await Server.AskAsync(CancellationToken.None)).AllocatedBytes - allocated;
        return sample.With((Measure.Allocated, (double)allocated / signals), (Resting, rest.TotalMilliseconds));
    }
}
