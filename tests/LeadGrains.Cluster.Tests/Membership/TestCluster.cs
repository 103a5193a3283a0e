using LeadGrains.Cluster.Membership;
using LeadGrains.Testing;

namespace LeadGrains.Cluster.Tests.Membership;

/// <summary>Nodes with fake engines around a membership in memory; time goes by as the test lets it.</summary>
internal sealed class TestCluster : IAsyncDisposable
{
    public const int Partitions = 12;
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(50);

    private readonly List<ClusterNode> _nodes = [];
    private readonly Dictionary<string, ClusterOwnership> _ownerships = new(StringComparer.Ordinal);

    public TestCluster() => Shared = new InMemoryCluster(Partitions, Lease, Clock);

    public ManualClock Clock { get; } = new();

    public InMemoryCluster Shared { get; }

    public (ClusterNode Node, FakeEngine Engine) Make(string name, FakeEngine? engine = null)
    {
        engine ??= new FakeEngine();
        var node = new ClusterNode(new ClusterNodeParts
        {
            Name = name,
            Membership = Shared.MembershipOf(name),
            Engine = engine,
            Ownership = _ownerships[name] = new ClusterOwnership(),
            Clock = Clock,
        });
        _nodes.Add(node);
        return (node, engine);
    }

    /// <summary>What the node of that name has; the latest, where there were several.</summary>
    public ClusterOwnership OwnershipOf(string name) => _ownerships[name];

    public async Task<(ClusterNode Node, FakeEngine Engine)> StartAsync(string name)
    {
        var made = Make(name);
        await PassAsync(made.Node.StartAsync(TestContext.Current.CancellationToken));
        return made;
    }

    /// <summary>Lets time pass until the task has ended.</summary>
    public async Task PassAsync(Task task)
    {
        await UntilAsync(() => task.IsCompleted);
        await task;
    }

    /// <summary>Lets time pass until something is so; so long at most, by the test's clock.</summary>
    public async Task<TimeSpan> UntilAsync(Func<bool> isSo, int seconds = 60)
    {
        var began = Clock.GetTimestamp();
        while (!isSo())
        {
            Assert.True(Clock.GetElapsedTime(began) < TimeSpan.FromSeconds(seconds), "it has not come to that");
            await AdvanceAsync(Step);
        }

        return Clock.GetElapsedTime(began);
    }

    public async Task AdvanceAsync(TimeSpan time)
    {
        for (var passed = TimeSpan.Zero; passed < time; passed += Step)
        {
            Clock.Advance(Step);
            await Task.Delay(1, TestContext.Current.CancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
            await PassAsync(node.DisposeAsync().AsTask());
    }
}
