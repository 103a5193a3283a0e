using System.Globalization;
using LeadGrains.Benchmarks.Measuring;
using LeadGrains.Benchmarks.Running;

namespace LeadGrains.Benchmarks.Peers.Postgres;

/// <summary>PostgreSQL, and the forms in which it records events.</summary>
internal sealed class PostgresPeer : IAsyncDisposable
{
    private const int EventConnections = 16, BatchConnections = 4;

    private readonly Settings _settings;
    private readonly List<IEventWriter> _writers = [];
    private readonly PostgresStore _store;

    private PostgresPeer(Settings settings, PostgresCluster cluster)
    {
        _settings = settings;
        Cluster = cluster;
        _store = new PostgresStore(cluster, settings.Contacts, settings.Accounts);
    }

    public PostgresCluster Cluster { get; }

    /// <summary>What may and may not be said of its figures.</summary>
    public string Note =>
        $"PostgreSQL {_store.Version}: fsync, synchronous_commit and full_page_writes on, 512 MB of shared buffers; ids are integers, and an index has the accounts' scores. Of batches each connection has accounts of its own, so that none waits for another's locks.";

    /// <exception cref="NotMeasuredException">It is not installed.</exception>
    public static async Task<PostgresPeer> StartAsync(Settings settings, CancellationToken cancellationToken) =>
        new(settings, await PostgresCluster.StartAsync(settings.Data, cancellationToken));

    /// <summary>A statement per event, of any account.</summary>
    public Contender PerEvent() => Contender(
        $"PostgreSQL, a statement per event, {EventConnections} connections",
        [.. Enumerable.Range(0, EventConnections).Select(number => ((IEventWriter)new PostgresEventWriter(Cluster), Events(number, 0, 1)))]);

    /// <summary>Batches, each connection with accounts of its own.</summary>
    public Contender Batches(int batch) => Contender(
        string.Create(CultureInfo.InvariantCulture, $"PostgreSQL, batches of {batch:N0}, {BatchConnections} connections"),
        [.. Enumerable.Range(0, BatchConnections).Select(number => ((IEventWriter)new PostgresBatchWriter(Cluster, batch), Events(number, number, BatchConnections)))]);

    public async ValueTask DisposeAsync()
    {
        foreach (var writer in _writers)
            writer.Dispose();
        _store.Dispose();
        await Cluster.DisposeAsync();
    }

    private PeerEvents Events(int number, int part, int parts) => new(number, part, parts, _settings.Contacts, _settings.Accounts);

    private Contender Contender(string name, IReadOnlyList<(IEventWriter Writer, PeerEvents Events)> connections)
    {
        _writers.AddRange(connections.Select(connection => connection.Writer));
        return new Contender(name, new PeerContender(_store, connections).TakeAsync);
    }
}
