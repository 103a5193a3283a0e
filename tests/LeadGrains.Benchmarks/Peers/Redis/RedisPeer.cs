using System.Globalization;
using LeadGrains.Benchmarks.Measuring;
using LeadGrains.Benchmarks.Running;

namespace LeadGrains.Benchmarks.Peers.Redis;

/// <summary>Redis, and the ways in which it records events.</summary>
internal sealed class RedisPeer : IAsyncDisposable
{
    private const int Connections = 16;

    private readonly Settings _settings;
    private readonly List<IEventWriter> _writers = [];
    private readonly RedisStore _store;

    private RedisPeer(Settings settings, RedisServer server)
    {
        _settings = settings;
        Server = server;
        _store = new RedisStore(server);
    }

    public RedisServer Server { get; }

    /// <summary>What may and may not be said of its figures.</summary>
    public string Note =>
        $"Redis {_store.Version}: XADD and two ZINCRBY for each event, not atomic; its append-only file is never rewritten. With everysec it may lose about a second of what it has answered.";

    /// <exception cref="NotMeasuredException">It is not installed.</exception>
    public static async Task<RedisPeer> StartAsync(Settings settings, CancellationToken cancellationToken) =>
        new(settings, await RedisServer.StartAsync(settings.Data, cancellationToken));

    /// <param name="batch">Events in a pipeline.</param>
    /// <param name="flush">"always", so that what is answered is durable, or "everysec", which may lose about a second.</param>
    public Contender Pipelines(int batch, string flush)
    {
        (IEventWriter Writer, PeerEvents Events)[] connections =
        [
            .. Enumerable.Range(0, Connections).Select(number =>
                ((IEventWriter)new RedisEventWriter(Server, batch), new PeerEvents(number, 0, 1, _settings.Contacts, _settings.Accounts))),
        ];
        _writers.AddRange(connections.Select(connection => connection.Writer));
        var contender = new PeerContender(_store, connections);
        return new Contender(
            string.Create(CultureInfo.InvariantCulture, $"Redis, fsync {flush}, pipelines of {batch:N0}, {Connections} connections"),
            over =>
            {
                _store.Flush(flush);
                return contender.TakeAsync(over);
            });
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var writer in _writers)
            writer.Dispose();
        _store.Dispose();
        await Server.DisposeAsync();
    }
}
