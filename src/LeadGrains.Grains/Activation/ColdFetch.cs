using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Storage;

namespace LeadGrains.Grains.Activation;

/// <summary>The cold grains of one turn, fetched together while the turn's commit runs.</summary>
internal sealed class ColdFetch(Action wake)
{
    private readonly List<ColdGrain> _places = [];
    private readonly List<GrainKey> _keys = [];
    private volatile bool _done;

    public bool IsDone => _done;

    public Exception? Failure { get; private set; }

    public IReadOnlyList<ColdGrain> Places => _places;

    /// <summary>In the order of the places; null where a grain has no row yet. Only once done.</summary>
    public IReadOnlyList<GrainRow?> Rows { get; private set; } = [];

    public void Add(Partition partition, GrainKind kind, int slot, GrainKey key)
    {
        _places.Add(new ColdGrain(partition, kind, slot));
        _keys.Add(key);
    }

    public void Start(IGrainGeneration store, CancellationToken cancellationToken) => _ = RunAsync(store, cancellationToken);

    private async Task RunAsync(IGrainGeneration store, CancellationToken cancellationToken)
    {
        try
        {
            Rows = await store.ReadAsync(_keys, cancellationToken).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Whatever stops the read stops the loop, which reports it.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Failure = failure;
        }

        _done = true;
        wake();
    }
}

/// <summary>Where a fetched grain is put.</summary>
internal readonly record struct ColdGrain(Partition Partition, GrainKind Kind, int Slot);
