using LeadGrains.Cluster.Solo;
using LeadGrains.Grains;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Storage;
using LeadGrains.Scoring;

namespace LeadGrains.Testing;

/// <summary>A whole node over stores in memory and a clock that tests command.</summary>
public sealed class TestNode : IAsyncDisposable
{
    private readonly GrainNode _node;
    private bool _isForgotten;

    private TestNode(GrainNode node, InMemoryJournal journal, InMemoryGrainStore store, ManualClock clock, GrainNodeOptions options)
    {
        _node = node;
        Journal = journal;
        Store = store;
        Clock = clock;
        Options = options;
    }

    /// <summary>Asks its grains.</summary>
    public GrainClient Client => _node.Client;

    /// <summary>The node itself.</summary>
    public GrainNode Node => _node;

    /// <summary>Its journal.</summary>
    public InMemoryJournal Journal { get; }

    /// <summary>Its grain store.</summary>
    public InMemoryGrainStore Store { get; }

    /// <summary>Its clock.</summary>
    public ManualClock Clock { get; }

    /// <summary>What it scores by.</summary>
    public ScoringModel Model => _node.Client.ModelOf(Workspaces.Default).Model;

    /// <summary>How much it takes on.</summary>
    public GrainNodeOptions Options { get; }

    /// <summary>What the start found.</summary>
    public RecoveryReport Recovery { get; private set; } = null!;

    /// <summary>A node that others have started.</summary>
    public static TestNode Of(GrainNode node, InMemoryJournal journal, InMemoryGrainStore store, ManualClock clock, GrainNodeOptions options) =>
        new(node, journal, store, clock, options);

    /// <summary>Starts a node with an empty store.</summary>
    public static Task<TestNode> StartAsync(
        ScoringModel? model = null, ManualClock? clock = null, GrainNodeOptions? options = null, int partitions = 4) =>
        StartAsync(
            new InMemoryJournal(partitions), new InMemoryGrainStore(partitions), model ?? DefaultModel.Model,
            clock ?? new ManualClock(), options ?? new GrainNodeOptions { Loops = 2 });

    /// <summary>
    /// Starts a node over stores that hold something; <paramref name="route"/> may put something before its router, and
    /// <paramref name="served"/> be others than the stored models.
    /// </summary>
    public static async Task<TestNode> StartAsync(
        InMemoryJournal journal, InMemoryGrainStore store, ScoringModel model, ManualClock clock, GrainNodeOptions options,
        Func<IPartitionRouter, IPartitionRouter>? route = null, ServedModels? served = null)
    {
        var active = await store.ReadActiveModelAsync(CancellationToken.None);
        if (active is null)
        {
            active = new ActiveModel(1, new long[journal.PartitionCount]);
            var stored = new StoredModel(1, model.ContentHash.ToArray(), model.Yaml, "tests", Instant.FromDateTimeOffset(clock.GetUtcNow()), "");
            await store.ActivateAsync(new ModelActivation { Active = active, Added = stored }, CancellationToken.None);
        }

        var models = await store.ReadModelsAsync(CancellationToken.None);
        var isAsStored = models.Single(stored => stored.Version == active.Version).ContentHash.Span.SequenceEqual(model.ContentHash.AsSpan());
        served ??= isAsStored ? new ServedModels(active.Version, model) : new ModelBook(models).ServedAt(active.Version);

        var node = new GrainNode(options, journal, store, new SoloOwnership(journal.PartitionCount), served, clock);
        var test = new TestNode(node, journal, store, clock, options);
        var router = new SoloRouter(node, journal.PartitionCount);
        test.Recovery = await node.StartAsync(route is null ? router : route(router), CancellationToken.None);
        return test;
    }

    /// <summary>
    /// The process dies at this instant, and another one starts over what is durable.
    /// </summary>
    /// <param name="survivingAppends">Appends that were under way and reached the disk all the same.</param>
    /// <param name="lostWrites">The latest writes of rows and checkpoints that did not.</param>
    public async Task<TestNode> CrashAndRestartAsync(int survivingAppends = 0, int lostWrites = 0)
    {
        var journal = Journal.Crash(survivingAppends);
        var store = Store.Crash(lostWrites);
        _node.Abort();
        await ForgetAsync();
        return await StartActiveAsync(journal, store);
    }

    /// <summary>Stops in good order and starts again.</summary>
    public async Task<TestNode> RestartAsync()
    {
        await _node.StopAsync();
        await ForgetAsync();
        return await StartActiveAsync(Journal, Store);
    }

    /// <summary>Ends it, whatever a test that failed has left held: a test may fail, but not hang.</summary>
    public async ValueTask DisposeAsync()
    {
        Journal.Release();
        Store.ReleaseAll();
        await ForgetAsync();
    }

    // Its meters hold all that it has in memory until then. A test may still hold one that another has taken the place of.
    private Task ForgetAsync()
    {
        if (_isForgotten)
            return Task.CompletedTask;
        _isForgotten = true;
        return _node.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(60));
    }

    // Under the model that the store says is active.
    private Task<TestNode> StartActiveAsync(InMemoryJournal journal, InMemoryGrainStore store)
    {
        return StartAsync(journal, store, Model, Clock, Options);
    }
}
