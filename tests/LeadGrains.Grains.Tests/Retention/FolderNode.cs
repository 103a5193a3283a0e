using LeadGrains.Cluster.Solo;
using LeadGrains.Grains.Erasing;
using LeadGrains.Grains.Storage;
using LeadGrains.Grains.Tests.Simulation;
using LeadGrains.Scoring;
using LeadGrains.Storage.Embedded;
using LeadGrains.Testing;

namespace LeadGrains.Grains.Tests.Retention;

/// <summary>A node over a real data folder, whose process may die, and whose clock goes on by itself.</summary>
internal sealed class FolderNode : IAsyncDisposable
{
    public const int Partitions = 4;

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(120);

    private readonly TempFolder _folder = new();
    private readonly CancellationTokenSource _ended = new();
    private readonly Task _ticking;
    private readonly Func<IPersonalData, IPersonalData> _people;
    private EmbeddedStore? _store;
    private GrainNode? _node;
    private Instant _openedAt;

    private FolderNode(ManualClock clock, Func<IPersonalData, IPersonalData>? people)
    {
        Clock = clock;
        _people = people ?? (store => store);
        _ticking = TickAsync();
    }

    public static ScoringModel Model { get; } = ModelReader.Read(Simulator.Model).Model!;

    public ManualClock Clock { get; }

    public GrainClient Client => _node!.Client;

    /// <param name="clock">The node's.</param>
    /// <param name="options">The node's.</param>
    /// <param name="people">Put in the place of what forgets people.</param>
    public static async Task<FolderNode> StartAsync(ManualClock clock, GrainNodeOptions options, Func<IPersonalData, IPersonalData>? people = null)
    {
        var node = new FolderNode(clock, people);
        await node.OpenAsync(options);
        return node;
    }

    /// <summary>The process dies, and another one starts.</summary>
    public async Task CrashAsync(GrainNodeOptions options)
    {
        _node!.Abort();
        await CloseAsync();
        await OpenAsync(options);
    }

    /// <summary>From here on the clock stands.</summary>
    public async Task FreezeAsync()
    {
        await _ended.CancelAsync();
        await _ticking;
    }

    /// <summary>
    /// Leaves loops that have nothing else to do, and look at the clock four times a second, the time to see that rows are due,
    /// and to write them.
    /// </summary>
    public async Task WaitForRowsAsync()
    {
        for (var look = 0; look < 4; look++)
        {
            Clock.Advance(TimeSpan.FromMinutes(2));
            await Task.Delay(400);
        }
    }

    /// <summary>Waits for the run that a process begins by itself.</summary>
    public Task<RetentionReport> FirstRunAsync() => EndedRunAsync(_openedAt);

    /// <summary>Waits for a run that begins after all that was done.</summary>
    public Task<RetentionReport> RunAsync()
    {
        Clock.Advance(TimeSpan.FromDays(1));
        return EndedRunAsync(Client.Now());
    }

    /// <summary>Ends the node, and says where texts are left in its folder.</summary>
    public async Task<List<string>> CloseAndLookAsync(IEnumerable<string> texts)
    {
        await CloseAsync();
        var all = texts.Select(text => (Text: text, Bytes: System.Text.Encoding.UTF8.GetBytes(text))).ToList();
        var found = new List<string>();
        foreach (var file in Directory.GetFiles(_folder.Path, "*", SearchOption.AllDirectories))
        {
            var bytes = await File.ReadAllBytesAsync(file);
            found.AddRange(all.Where(one => bytes.AsSpan().IndexOf(one.Bytes) >= 0).Select(one => $"{one.Text} is left in {Path.GetFileName(file)}"));
        }

        return found;
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        await FreezeAsync();
        _ended.Dispose();
        _folder.Dispose();
    }

    private async Task<RetentionReport> EndedRunAsync(Instant from)
    {
        for (var waited = 0; ; waited++)
        {
            if (await Client.FindRetentionAsync(CancellationToken.None) is { FinishedAt: not null } run && run.BegunAt >= from)
                return run;
            Assert.True(waited < 20_000, "no run came to its end");
            if (waited % 50 == 0)
                Clock.Advance(TimeSpan.FromHours(1));
            await Task.Delay(5);
        }
    }

    private async Task CloseAsync()
    {
        if (_node is not null)
            await _node.DisposeAsync().AsTask().WaitAsync(Soon);
        if (_store is not null)
            await _store.DisposeAsync().AsTask().WaitAsync(Soon);
        (_node, _store) = (null, null);
    }

    private async Task OpenAsync(GrainNodeOptions options)
    {
        _store = await EmbeddedStore.OpenAsync(
            new EmbeddedStoreOptions { Folder = _folder.Path, NewStoreId = new Guid(1, 2, 3, new byte[8]), PartitionCount = Partitions, SegmentBytes = 8 * 1024 },
            CancellationToken.None);
        if (await _store.Grains.ReadActiveModelAsync(CancellationToken.None) is null)
        {
            var added = new StoredModel(1, Model.ContentHash.ToArray(), Model.Yaml, "tests", Instant.FromDateTimeOffset(Clock.GetUtcNow()), "");
            await _store.Grains.ActivateAsync(new ModelActivation { Active = new ActiveModel(1, new long[Partitions]), Added = added }, CancellationToken.None);
        }

        _openedAt = Instant.FromDateTimeOffset(Clock.GetUtcNow());
        _node = new GrainNode(
            options, _store.Journal, _store.Grains, new SoloOwnership(Partitions), new ServedModels(1, Model), Clock,
            new ErasingStore(_store.Registry, _people(_store.People), new byte[32]));
        await _node.StartAsync(new SoloRouter(_node, Partitions), CancellationToken.None).WaitAsync(Soon);
    }

    // Runs and rows wait by the clock.
    private async Task TickAsync()
    {
        while (!_ended.IsCancellationRequested)
        {
            await Task.Delay(2, CancellationToken.None);
            Clock.Advance(TimeSpan.FromMilliseconds(25));
        }
    }
}
