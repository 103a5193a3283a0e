using LeadGrains.Benchmarks.Ingest;
using LeadGrains.Benchmarks.Load;
using LeadGrains.Benchmarks.Measuring;
using LeadGrains.Benchmarks.Running;
using LeadGrains.Benchmarks.Servers;

namespace LeadGrains.Benchmarks.Cluster;

/// <summary>Servers that share a store and know a pool's contacts and accounts, and a generator that loads all of them alike.</summary>
internal sealed class ServedNodes : IAsyncDisposable
{
    private readonly IReadOnlyList<RunningServer> _servers;
    private readonly LoadGenerator _generator;

    private ServedNodes(IReadOnlyList<RunningServer> servers, SignalPool pool)
    {
        _servers = servers;
        _generator = new LoadGenerator(pool, [.. servers.Select(server => server.Address)]);
    }

    /// <param name="settings">Of the run.</param>
    /// <param name="pool">The signals.</param>
    /// <param name="nodes">For each server the options that say where its data is and which node it is.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    public static async Task<ServedNodes> StartAsync(
        Settings settings, SignalPool pool, IEnumerable<IReadOnlyList<string>> nodes, CancellationToken cancellationToken)
    {
        var servers = new List<RunningServer>();
        try
        {
            foreach (var node in nodes)
                servers.Add(await RunningServer.StartOnAsync(node, cancellationToken));
            var load = new ServedNodes(servers, pool);
            await WarmUp.RunAsync(settings, pool, servers, load._generator, cancellationToken);
            return load;
        }
        catch
        {
            foreach (var server in servers)
                await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Sends until the token fires, and waits for rows that are still written then.</summary>
    public Task<Sample> TakeAsync(LoadShape shape, CancellationToken over) =>
        ProcessSample.TakeAsync([.. _servers.Select(server => server.Program)], () => _generator.SendAsync(shape, over), RestAsync);

    public async ValueTask DisposeAsync()
    {
        _generator.Dispose();
        foreach (var server in _servers)
            await server.DisposeAsync();
    }

    private Task RestAsync() => Task.WhenAll(_servers.Select(server => server.RestAsync(CancellationToken.None)));
}
