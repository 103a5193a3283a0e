using LeadGrains.Cluster.Membership;
using LeadGrains.Cluster.Postgres;
using LeadGrains.EndToEnd.Tests.Processes;
using LeadGrains.Grains;

namespace LeadGrains.EndToEnd.Tests.Cluster;

/// <summary>The nodes of a cluster, each a process, by name.</summary>
internal sealed class NodeProcesses : IAsyncDisposable
{
    private static readonly TimeSpan SettleLimit = TimeSpan.FromSeconds(60);

    private readonly SortedDictionary<string, ServerProcess> _nodes = new(StringComparer.Ordinal);
    private readonly List<ServerProcess> _gone = [];
    private readonly Func<string, string> _addressOf;
    private readonly string _secretFile;
    private readonly ClusterDirectory _directory;

    /// <param name="folder">For the secret.</param>
    /// <param name="database">Its address.</param>
    /// <param name="addressOf">By node, how it reaches the database.</param>
    public NodeProcesses(string folder, string database, Func<string, string> addressOf)
    {
        _addressOf = addressOf;
        _secretFile = Path.Combine(folder, "secret");
        File.WriteAllText(_secretFile, "what-nodes-know-each-other-by");
        _directory = new ClusterDirectory(database);
    }

    public static TimeSpan Lease => TimeSpan.FromSeconds(2);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>What nodes that are started from here on are told besides.</summary>
    public IReadOnlyList<string> Options { get; set; } = [];

    public ServerProcess this[string name]
    {
        get
        {
            lock (_nodes)
            {
                return _nodes[name];
            }
        }
    }

    /// <summary>One that takes calls, as far as is known here.</summary>
    public ServerProcess Any(int choice)
    {
        lock (_nodes)
        {
            var alive = _nodes.Values.Where(node => !node.Process.HasExited).ToList();
            return alive[choice % alive.Count];
        }
    }

    public async Task StartAsync(params string[] names)
    {
        foreach (var (name, node) in await Task.WhenAll(names.Select(async name => (name, await StartOneAsync(name)))))
        {
            lock (_nodes)
            {
                _nodes[name] = node;
            }
        }
    }

    /// <summary>Kills a node. Nobody is sent to it any more.</summary>
    public void Kill(string name) => Leave(name).Kill();

    /// <summary>Stops a node in good order. Nobody is sent to it any more.</summary>
    public async Task StopAsync(string name) => Assert.Equal(0, await Leave(name).TerminateAsync(Cancelled));

    /// <summary>Waits until these and no others are there, serve, and share all partitions fairly.</summary>
    public Task SettleAsync(params string[] names) => UntilAsync(view => IsSettled(view, names));

    /// <summary>Waits until the cluster is seen to be so.</summary>
    public async Task UntilAsync(Func<ClusterView, bool> isSo)
    {
        var began = TimeProvider.System.GetTimestamp();
        ClusterView? view = null;
        while (view is null || !isSo(view))
        {
            if (TimeProvider.System.GetElapsedTime(began) > SettleLimit)
            {
                throw new TimeoutException($"The cluster does not come to that. It is {string.Join(", ", view?.Members.Select(member => member.ToString()) ?? [])}.{Outputs}");
            }

            await Task.Delay(100, Cancelled);
            view = await SeeAsync() ?? view;
        }
    }

    /// <summary>What all nodes have said, for a test that fails.</summary>
    public string Outputs
    {
        get
        {
            lock (_nodes)
            {
                return string.Concat(_nodes.Select(node => $"\n--- {node.Key}\n{node.Value.Process.Output}"));
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes.Values.Concat(_gone))
        {
            await node.DisposeAsync();
        }

        await _directory.DisposeAsync();
    }

    private static bool IsSettled(ClusterView view, string[] names) =>
        view.Members.Where(member => member is { IsAlive: true, State: MemberState.Serving }).Select(member => member.Name).Order(StringComparer.Ordinal).SequenceEqual(names)
        && view.Members.All(member => !member.IsAlive || member.State == MemberState.Serving)
        && FairShare.Decide(view, names[0]).IsSettled;

    // Null while the database is away.
    private async Task<ClusterView?> SeeAsync()
    {
        try
        {
            return await _directory.SeeAsync(Cancelled);
        }
        catch (PartitionUnavailableException)
        {
            return null;
        }
    }

    // Calls to it are under way, so that its channel is kept.
    private ServerProcess Leave(string name)
    {
        lock (_nodes)
        {
            _nodes.Remove(name, out var node);
            _gone.Add(node!);
            return node!;
        }
    }

    private Task<ServerProcess> StartOneAsync(string name) => ServerProcess.StartAsync(
        _addressOf(name), RepositoryFiles.TestModel, Cancelled,
        ["--cluster", "127.0.0.1:0", "--secret-file", _secretFile, "--node", name, "--lease", $"{Lease.TotalSeconds}s", .. Options]);
}
