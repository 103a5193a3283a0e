using LeadGrains.Cluster.Solo;
using LeadGrains.Scoring;
using LeadGrains.Storage;
using LeadGrains.Storage.Embedded.Segments;
using LeadGrains.Testing;

namespace LeadGrains.Grains.Tests.Simulation;

/// <summary>A whole node whose journal is the one of segment files, on a disk that loses what was not flushed.</summary>
internal sealed class DiskNode : IAsyncDisposable
{
    // Small, so that segments are begun, sealed and read back all the time.
    private const long SegmentBytes = 4 * 1024;

    private readonly ScoringModel _model;
    private readonly ManualClock _clock;
    private readonly GrainNodeOptions _options;
    private readonly StoreIdentity _identity;
    private readonly Platter _platter;
    private readonly TempFolder _folder = new();
    private InMemoryGrainStore _store;
    private SegmentJournal? _journal;
    private GrainNode? _node;

    private DiskNode(Random random, ScoringModel model, ManualClock clock, GrainNodeOptions options, int partitions)
    {
        (_model, _clock, _options) = (model, clock, options);
        var id = new byte[16];
        random.NextBytes(id);
        _identity = new StoreIdentity(new Guid(id), partitions);
        _platter = new Platter(random);
        _store = new InMemoryGrainStore(partitions);
        Disk = new SimulatedDisk(_platter);
    }

    /// <summary>What the process that runs writes to.</summary>
    public SimulatedDisk Disk { get; private set; }

    public GrainClient Client => _node!.Client;

    /// <summary>Completes when the process would end by itself.</summary>
    public Task Faulted => _node!.Faulted;

    /// <summary>How often opening the journal cut a torn commit off.</summary>
    public int TornTails { get; private set; }

    /// <summary>How many segments there are.</summary>
    public int Segments => Directory.GetFiles(_folder.Path, "*.seg").Length;

    public static async Task<DiskNode> StartAsync(Random random, ScoringModel model, ManualClock clock, GrainNodeOptions options, int partitions)
    {
        var node = new DiskNode(random, model, clock, options, partitions);
        var stored = new Storage.StoredModel(1, model.ContentHash.ToArray(), model.Yaml, "tests", Instant.FromDateTimeOffset(clock.GetUtcNow()), "");
        await node._store.ActivateAsync(
            new Storage.ModelActivation { Active = new Storage.ActiveModel(1, new long[partitions]), Added = stored }, CancellationToken.None);
        await node.OpenAsync();
        return node;
    }

    /// <summary>The power goes, and comes back; another process starts over what is left.</summary>
    /// <param name="lostWrites">The latest writes of rows and checkpoints that are gone, too.</param>
    /// <param name="whileOpening">The power goes once more, at that operation of the start, where it has as many; 0 for not.</param>
    public async Task CrashAsync(int lostWrites, int whileOpening)
    {
        await DieAsync(lostWrites);
        if (whileOpening > 0)
        {
            Disk.TurnOffAt(whileOpening);
            try
            {
                await OpenAsync();
            }
            catch (Exception failure) when (failure is IOException or GrainException)
            {
                // Whatever it did until then was not wrong, and the next start ends it.
            }

            await DieAsync(lostWrites: 0);
        }

        await OpenAsync();
    }

    /// <summary>How many of the latest writes of rows can be lost.</summary>
    public long UndoableWrites => _store.UndoableWrites;

    /// <summary>Stops in good order and starts again.</summary>
    public async Task RestartAsync()
    {
        await _node!.DisposeAsync();
        await _journal!.DisposeAsync();
        await OpenAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await DieAsync(lostWrites: 0);
        _folder.Dispose();
    }

    private async Task DieAsync(int lostWrites)
    {
        Disk.TurnOff();
        _store = _store.Crash(lostWrites);
        if (_node is { } node)
        {
            node.Abort();
            await node.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(60));
        }

        if (_journal is { } journal)
            await EndAsync(journal);
        (_node, _journal) = (null, null);
        _platter.LosePower(_folder.Path);
        Disk = new SimulatedDisk(_platter);
    }

    // A process that has lost its disk cannot even end in good order.
    private static async Task EndAsync(SegmentJournal journal)
    {
        try
        {
            await journal.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(60));
        }
        catch (IOException)
        {
            // The power has gone.
        }
    }

    private async Task OpenAsync()
    {
        _journal = SegmentJournal.Open(_folder.Path, _identity, SegmentBytes, Disk);
        if (_journal.TornTail is not null)
            TornTails++;
        _node = new GrainNode(_options, _journal, _store, new SoloOwnership(_identity.PartitionCount), new ServedModels(1, _model), _clock);
        await _node.StartAsync(new SoloRouter(_node, _identity.PartitionCount), CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(60));
    }
}
