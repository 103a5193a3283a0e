using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Requests;

namespace LeadGrains.Grains.Merges;

/// <summary>
/// Tells the deciding node, whichever it is by then, of partitions that have come here with merges which are not finished;
/// again until it has heard.
/// </summary>
internal sealed class MergeReports(NodeContext node, MergeDesk desk) : IDisposable
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _gate = new();
    private bool _isDisposed;

    /// <summary>Goes on until it is heard; asking twice is safe.</summary>
    public void Begin(IReadOnlyList<int> partitions)
    {
        lock (_gate)
        {
            if (!_isDisposed)
                _ = RunAsync(partitions, _stopping.Token);
        }
    }

    public void Stop()
    {
        lock (_gate)
        {
            if (!_isDisposed)
                _stopping.Cancel();
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            _stopping.Dispose();
        }
    }

    private async Task RunAsync(IReadOnlyList<int> partitions, CancellationToken stopped)
    {
        try
        {
            for (var wait = FirstWait; !await TryAsync(partitions, stopped).ConfigureAwait(false); wait = wait * 2 < LongestWait ? wait * 2 : LongestWait)
                await Task.Delay(wait, node.Clock, stopped).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Whoever has the partitions next tells of them.
        }
    }

    private async Task<bool> TryAsync(IReadOnlyList<int> partitions, CancellationToken stopped)
    {
        if (desk.TryTakeUp(partitions))
            return true;
        var report = new ReportMerges(partitions);
        try
        {
            if (!node.Router.TrySend(node.Router.LaneOf(MergeDesk.Partition), report))
                return false;
            await report.DoneAsync(stopped).ConfigureAwait(false);
            return true;
        }
        catch (GrainException)
        {
            return false;
        }
    }
}
