using LeadGrains.Grains.Partitions;

namespace LeadGrains.Grains.Retention;

/// <summary>
/// Keeps a run from disturbing others: after each piece it rests as long as that took, and it waits while a model is built up,
/// whose rows begin behind those that are served.
/// </summary>
internal sealed class RetentionPace(NodeContext node, CancellationToken stopped)
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(1);

    private readonly long[] _through = new long[node.Journal.PartitionCount];
    private long _began = node.Clock.GetTimestamp();

    /// <summary>By partition, the sequence up to which the rows hold all entries; as of the last rest.</summary>
    public IReadOnlyList<long> Through => _through;

    /// <summary>Waits before the next piece.</summary>
    public async Task RestAsync()
    {
        var worked = node.Clock.GetElapsedTime(_began);
        if (worked > TimeSpan.Zero)
            await Task.Delay(worked, node.Clock, stopped).ConfigureAwait(false);
        while (node.Parts.Building.CurrentCount == 0)
            await Task.Delay(BetweenLooks, node.Clock, stopped).ConfigureAwait(false);
        var checkpoints = await node.Parts.Store.Active.ReadCheckpointsAsync(stopped).ConfigureAwait(false);
        for (var partition = 0; partition < _through.Length; partition++)
            _through[partition] = checkpoints[partition];
        _began = node.Clock.GetTimestamp();
    }
}
