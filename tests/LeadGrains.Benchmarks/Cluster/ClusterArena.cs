using System.Globalization;
using LeadGrains.Benchmarks.Load;
using LeadGrains.Benchmarks.Measuring;
using LeadGrains.Benchmarks.Peers.Postgres;
using LeadGrains.Benchmarks.Running;
using Npgsql;

namespace LeadGrains.Benchmarks.Cluster;

/// <summary>A PostgreSQL, and servers over a folder, over a database, and as one and two nodes of a cluster over databases.</summary>
internal sealed class ClusterArena : IAsyncDisposable
{
    private readonly Settings _settings;
    private readonly SignalPool _pool;
    private readonly PostgresCluster _postgres;
    private readonly TemporaryFolder _folder;
    private readonly Dictionary<string, ServedNodes> _served = [];

    private ClusterArena(Settings settings, PostgresCluster postgres, TemporaryFolder folder)
    {
        _settings = settings;
        _postgres = postgres;
        _folder = folder;
        _pool = SignalPool.Of(settings.Contacts, settings.Accounts, settings.Turns.Clock.GetUtcNow());
    }

    public static async Task<ClusterArena> StartAsync(Settings settings, CancellationToken cancellationToken)
    {
        var postgres = await PostgresCluster.StartAsync(settings.Data, cancellationToken);
        var folder = new TemporaryFolder(settings.Data);
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "secret"), "secret-of-one-run-of-the-benchmarks", cancellationToken);
        return new ClusterArena(settings, postgres, folder);
    }

    /// <summary>Starts what is not there yet, and ends what is not named: nobody's turn is slowed by who is not compared with it.</summary>
    public async Task BeginAsync(IReadOnlyDictionary<string, int> nodes, CancellationToken cancellationToken)
    {
        foreach (var name in _served.Keys.Except(nodes.Keys).ToList())
        {
            await _served[name].DisposeAsync();
            _served.Remove(name);
        }

        foreach (var (name, count) in nodes.Where(wanted => !_served.ContainsKey(wanted.Key)))
            _served.Add(name, await ServedNodes.StartAsync(_settings, _pool, Where(name, count), cancellationToken));
    }

    /// <summary>Lets the servers of that name be loaded for a while.</summary>
    public Task<Sample> TakeAsync(string name, LoadShape shape, CancellationToken over) => _served[name].TakeAsync(shape, over);

    public async ValueTask DisposeAsync()
    {
        foreach (var served in _served.Values)
            await served.DisposeAsync();
        await _postgres.DisposeAsync();
        _folder.Dispose();
    }

    private List<IReadOnlyList<string>> Where(string name, int count)
    {
        if (count == ClusterComparisons.Folder)
            return [["--data", Path.Combine(_folder.Path, "folder")]];
        if (count == ClusterComparisons.Apart)
            return [.. Where(name + "left", 1), .. Where(name + "right", 1)];
        var database = new string([.. name.Where(char.IsAsciiLetter)]).ToLowerInvariant();
        using (var connection = _postgres.Open())
        using (var create = new NpgsqlCommand($"CREATE DATABASE {database}", connection))
            create.ExecuteNonQuery();
        var store = new NpgsqlConnectionStringBuilder(_postgres.Address.ConnectionString) { Database = database, Pooling = true }.ConnectionString;
        if (count == ClusterComparisons.Alone)
            return [["--store", store]];
        return [.. Enumerable.Range(0, count).Select(node => (IReadOnlyList<string>)
        [
            "--store", store, "--cluster", "127.0.0.1:0", "--secret-file", Path.Combine(_folder.Path, "secret"),
            "--node", string.Create(CultureInfo.InvariantCulture, $"node-{node}"),
        ])];
    }
}
