using LeadGrains.Benchmarks.Load;
using LeadGrains.Benchmarks.Running;
using LeadGrains.Benchmarks.Servers;

namespace LeadGrains.Benchmarks.Ingest;

/// <summary>
/// A sink and a server, each a process of its own, and signals that go to both. The comparisons of a batch size
/// share a server, which begins on a new folder and knows the contacts and accounts.
/// </summary>
internal sealed class IngestArena : IAsyncDisposable
{
    private readonly Settings _settings;
    private readonly RunningSink _sink;
    private readonly LoadGenerator _toSink;
    private ServedLoad? _server;
    private int _batch;

    private IngestArena(Settings settings, SignalPool pool, RunningSink sink)
    {
        _settings = settings;
        Pool = pool;
        _sink = sink;
        _toSink = new LoadGenerator(pool, sink.Address);
    }

    public SignalPool Pool { get; }

    public static async Task<IngestArena> StartAsync(Settings settings, CancellationToken cancellationToken)
    {
        var pool = SignalPool.Of(settings.Contacts, settings.Accounts, settings.Turns.Clock.GetUtcNow());
        return new IngestArena(settings, pool, await RunningSink.StartAsync(cancellationToken));
    }

    /// <summary>Starts the server of a batch size, where it is not the one that runs.</summary>
    public async Task BeginAsync(LoadShape shape, CancellationToken cancellationToken)
    {
        if (_server is not null && _batch != shape.Batch)
        {
            await _server.DisposeAsync();
            _server = null;
        }

        _batch = shape.Batch;
        _server ??= await ServedLoad.StartAsync(_settings, Pool, [], cancellationToken);
    }

    public Task<Measuring.Sample> SinkAsync(LoadShape shape, CancellationToken over) =>
        ProcessSample.TakeAsync([_sink.Program], () => _toSink.SendAsync(shape, over));

    public Task<Measuring.Sample> ServerAsync(LoadShape shape, CancellationToken over) => _server!.TakeAsync(shape, over);

    public async ValueTask DisposeAsync()
    {
        await (_server?.DisposeAsync() ?? default);
        _toSink.Dispose();
        await _sink.DisposeAsync();
    }
}
