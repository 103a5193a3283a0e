using LeadGrains.Grains;
using LeadGrains.Grains.Storage;

namespace LeadGrains.Testing;

/// <summary>One node's way to the rows that all share, which takes nothing under an epoch that has ended.</summary>
internal sealed class FencedStore(InMemoryGrainStore store, InMemoryCluster cluster, string node, ProcessGate gate) : IGrainStore, IGrainGeneration
{
    public int PartitionCount => store.PartitionCount;

    public IGrainGeneration Active => this;

    public Task<IReadOnlyList<StoredModel>> ReadModelsAsync(CancellationToken cancellationToken) => store.ReadModelsAsync(cancellationToken);

    public Task<ActiveModel?> ReadActiveModelAsync(CancellationToken cancellationToken) => store.ReadActiveModelAsync(cancellationToken);

    public Task<IGrainGeneration> BeginGenerationAsync(CancellationToken cancellationToken) => store.BeginGenerationAsync(cancellationToken);

    public Task ActivateAsync(ModelActivation activation, CancellationToken cancellationToken) => store.ActivateAsync(activation, cancellationToken);

    public Task DropAsync(IGrainGeneration generation, CancellationToken cancellationToken) => store.DropAsync(generation, cancellationToken);

    public Task DropAbandonedAsync(CancellationToken cancellationToken) => store.DropAbandonedAsync(cancellationToken);

    public Task<IReadOnlyList<long>> ReadCheckpointsAsync(CancellationToken cancellationToken) => store.Active.ReadCheckpointsAsync(cancellationToken);

    public IEnumerable<ResidentRow> ReadResidents(int firstPartition, int lastPartition, CancellationToken cancellationToken) =>
        store.Active.ReadResidents(firstPartition, lastPartition, cancellationToken);

    public Task<IReadOnlyList<GrainRow?>> ReadAsync(IReadOnlyList<GrainKey> keys, CancellationToken cancellationToken) => store.Active.ReadAsync(keys, cancellationToken);

    public IEnumerable<RestingGrain> ReadAt(IReadOnlyList<long> places, CancellationToken cancellationToken) => store.Active.ReadAt(places, cancellationToken);

    public Task<IReadOnlyList<GrainRow>> ReadPageAsync(int partition, GrainKey? after, int atMost, CancellationToken cancellationToken) =>
        store.Active.ReadPageAsync(partition, after, atMost, cancellationToken);

    public Task WriteAsync(int partition, long epoch, IReadOnlyList<GrainRow> rows, CancellationToken cancellationToken) =>
        FencedAsync(partition, epoch, () => store.Active.WriteAsync(partition, epoch, rows, cancellationToken));

    public Task RefreshSummariesAsync(int partition, long epoch, IReadOnlyList<SummaryRow> rows, CancellationToken cancellationToken) =>
        FencedAsync(partition, epoch, () => store.Active.RefreshSummariesAsync(partition, epoch, rows, cancellationToken));

    public Task SaveCheckpointAsync(int partition, long epoch, long sequence, CancellationToken cancellationToken) =>
        FencedAsync(partition, epoch, () => store.Active.SaveCheckpointAsync(partition, epoch, sequence, cancellationToken));

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task FencedAsync(int partition, long epoch, Func<Task> write)
    {
        await gate.RunsAsync();
        var written = Task.CompletedTask;
        cluster.Fenced(node, epochs => written = epochs(partition) == epoch
            ? write()
            : Task.FromException(new StaleEpochException($"Partition {partition} is owned under epoch {epochs(partition)}, and this was to be written under {epoch}.")));
        await written;
    }
}
