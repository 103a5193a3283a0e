using LeadGrains.Benchmarks.Ingest;
using LeadGrains.Benchmarks.Load;
using LeadGrains.Benchmarks.Measuring;
using LeadGrains.Benchmarks.Peers.Postgres;
using LeadGrains.Benchmarks.Peers.Redis;
using LeadGrains.Benchmarks.Running;

namespace LeadGrains.Benchmarks.Peers;

/// <summary>
/// The peers that this machine has, and LeadGrains. All keep what they get on the same disk, work on the same cores, and
/// are reached over TCP on the loopback address.
/// </summary>
internal sealed class PeerArena : IAsyncDisposable
{
    private readonly List<(string Peer, string Why)> _missing = [];
    private SignalPool? _pool;
    private ServedLoad? _served;

    private PeerArena(Settings settings) => Settings = settings;

    public Settings Settings { get; }

    /// <summary>Null where it is not installed.</summary>
    public PostgresPeer? Postgres { get; private set; }

    /// <summary>Null where it is not installed.</summary>
    public RedisPeer? Redis { get; private set; }

    /// <summary>What may and may not be said of the figures of all contenders.</summary>
    public IReadOnlyList<string> Notes =>
    [
        "The peers add weights to plain sums, which never decay, and their events and sums are compared with what was sent after every turn. LeadGrains checks each signal, tells duplicates, scores it by all of the default model, rolls it up and keeps ranking columns.",
        .. new[] { Postgres?.Note, Redis?.Note }.OfType<string>(),
    ];

    /// <summary>The peers that are not there, and why.</summary>
    public IReadOnlyList<(string Peer, string Why)> Missing => _missing;

    public static async Task<PeerArena> StartAsync(Settings settings, CancellationToken cancellationToken)
    {
        var arena = new PeerArena(settings);
        try
        {
            arena.Postgres = await arena.TryAsync("PostgreSQL", () => PostgresPeer.StartAsync(settings, cancellationToken));
            arena.Redis = await arena.TryAsync("Redis", () => RedisPeer.StartAsync(settings, cancellationToken));
            return arena;
        }
        catch
        {
            await arena.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts a server on a new folder that knows the contacts and accounts.</summary>
    public async Task ServeAsync(CancellationToken cancellationToken)
    {
        await StopServingAsync();
        _pool ??= SignalPool.Of(Settings.Contacts, Settings.Accounts, Settings.Turns.Clock.GetUtcNow());
        _served = await ServedLoad.StartAsync(Settings, _pool, [], cancellationToken);
    }

    /// <summary>Stops the server and removes its folder, where there is one.</summary>
    public async Task StopServingAsync()
    {
        if (_served is not null)
            await _served.DisposeAsync();
        _served = null;
    }

    /// <summary>LeadGrains records the default model's signals: checked, told from duplicates, scored, rolled up.</summary>
    public Task<Sample> RecordAsync(LoadShape shape, CancellationToken over) => _served!.TakeAsync(shape, over);

    public async ValueTask DisposeAsync()
    {
        await StopServingAsync();
        if (Redis is not null)
            await Redis.DisposeAsync();
        if (Postgres is not null)
            await Postgres.DisposeAsync();
    }

    private async Task<T?> TryAsync<T>(string peer, Func<Task<T>> start)
        where T : class
    {
        try
        {
            return await start();
        }
        catch (NotMeasuredException why)
        {
            _missing.Add((peer, why.Message));
            return null;
        }
    }
}
