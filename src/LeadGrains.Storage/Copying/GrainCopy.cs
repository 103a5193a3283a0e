using LeadGrains.Grains.Storage;

namespace LeadGrains.Storage.Copying;

/// <summary>Copies the rows of the active generation into an empty one, and then how far they reach.</summary>
internal sealed class GrainCopy(IGrainStore source, IGrainGeneration target, long[] epochs, Action<CopyProgress> progress)
{
    // Partitions at a time: reading one waits for the other store's disk.
    private const int AtOnce = 4;

    private long _rows;
    private int _partitions;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, epochs.Length, options, async (partition, cancel) => await CopyAsync(partition, cancel));
        var checkpoints = await source.Active.ReadCheckpointsAsync(cancellationToken);
        for (var partition = 0; partition < epochs.Length; partition++)
            await target.SaveCheckpointAsync(partition, epochs[partition], checkpoints[partition], cancellationToken);
    }

    private async Task CopyAsync(int partition, CancellationToken cancellationToken)
    {
        await foreach (var page in GrainPages.OfAsync(source.Active, partition, cancellationToken))
        {
            var rows = page.Where(row => row.Version > 0).ToList();
            if (rows.Count > 0)
                await target.WriteAsync(partition, epochs[partition], rows, cancellationToken);
            var summaries = page.Where(row => row.Version == 0).Select(row => new SummaryRow(row.Key, partition, row.Summary)).ToList();
            if (summaries.Count > 0)
                await target.RefreshSummariesAsync(partition, epochs[partition], summaries, cancellationToken);
            Report(Interlocked.Add(ref _rows, page.Count));
        }

        Interlocked.Increment(ref _partitions);
        Report(Interlocked.Read(ref _rows));
    }

    private void Report(long rows) =>
        progress(new CopyProgress(CopyStep.Grains, rows, (double)Volatile.Read(ref _partitions) / epochs.Length));
}
