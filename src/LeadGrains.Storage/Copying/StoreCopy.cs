using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Storage;

namespace LeadGrains.Storage.Copying;

/// <summary>
/// Copies a store that nobody uses into one that is opened as its copy: journal, models, the active generation and its
/// checkpoints, and the registry. One that was broken off is begun again by the same call: the journal goes on where it ended, since a journal
/// only grows; rows are written again into a generation of their own, which becomes the active one in one step. Memory is
/// bounded, however large the stores are.
/// </summary>
/// <param name="source">The source's parts.</param>
/// <param name="target">The target's, with as many partitions.</param>
/// <param name="owned">All partitions of the target, with the epochs that it is written under.</param>
/// <param name="progress">Told now and then, from any thread.</param>
public sealed class StoreCopy(StoreParts source, StoreParts target, IReadOnlyList<OwnedPartition> owned, Action<CopyProgress> progress)
{
    /// <summary>Copies, then reads both stores and compares.</summary>
    /// <exception cref="InvalidOperationException">The numbers of partitions differ.</exception>
    /// <exception cref="StaleEpochException">Another process has taken the target.</exception>
    public async Task<CopyReport> RunAsync(CancellationToken cancellationToken)
    {
        var partitions = source.Grains.PartitionCount;
        if (target.Grains.PartitionCount != partitions)
            throw new InvalidOperationException($"The source has {partitions} partitions, the target {target.Grains.PartitionCount}.");
        var epochs = owned.OrderBy(partition => partition.Partition).Select(partition => partition.Epoch).ToArray();
        await Task.Run(() => new JournalCopy(source.Journal, target.Journal, epochs, progress).Run(cancellationToken), cancellationToken);
        await CopyGrainsAsync(epochs, cancellationToken);
        await RegistryCopy.RunAsync(source.Registry, target.Registry, cancellationToken);
        return await new StoreComparison(source, target, progress).RunAsync(cancellationToken);
    }

    // A source without a model was never served, and has no rows.
    private async Task CopyGrainsAsync(long[] epochs, CancellationToken cancellationToken)
    {
        await target.Grains.DropAbandonedAsync(cancellationToken);
        if (await source.Grains.ReadActiveModelAsync(cancellationToken) is not { } active)
            return;
        var former = target.Grains.Active;
        var filled = await target.Grains.BeginGenerationAsync(cancellationToken);
        await new GrainCopy(source.Grains, filled, epochs, progress).RunAsync(cancellationToken);
        await ModelCopy.RunAsync(source.Grains, target.Grains, active, filled, cancellationToken);
        await target.Grains.DropAsync(former, cancellationToken);
    }
}

/// <summary>The parts of one store.</summary>
/// <param name="Journal">Its entries.</param>
/// <param name="Grains">Its rows and models.</param>
/// <param name="Registry">What operators have set up, such as keys.</param>
public readonly record struct StoreParts(IJournal Journal, IGrainStore Grains, IRegistry Registry);
