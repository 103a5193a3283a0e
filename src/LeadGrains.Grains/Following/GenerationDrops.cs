using LeadGrains.Grains.Storage;

namespace LeadGrains.Grains.Following;

/// <summary>
/// Gives the room of generations back that nobody uses any more, one after another, while others go on. It never fails:
/// what is left of one goes when a node is started on the store the next time. Safe for many threads.
/// </summary>
internal sealed class GenerationDrops(IGrainStore store, UnseenFailures failures) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stopping = new();
    private Task _last = Task.CompletedTask;

    /// <summary>Nobody uses it any more.</summary>
    public void Add(IGrainGeneration generation) => Enqueue(cancel => store.DropAsync(generation, cancel));

    /// <summary>What earlier runs left behind.</summary>
    public void AddAbandoned() => Enqueue(store.DropAbandonedAsync);

    /// <summary>Waits until all have gone, so that no more than one is given up while another is built.</summary>
    public Task WaitAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
            return _last.WaitAsync(cancellationToken);
    }

    /// <summary>Gives up what is left, and waits for the step under way.</summary>
    public async Task StopAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await WaitAsync(CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>Gives up what is left.</summary>
    public void Abort() => _stopping.Cancel();

    public void Dispose() => _stopping.Dispose();

    private void Enqueue(Func<CancellationToken, Task> drop)
    {
        lock (_gate)
            _last = DropAfterAsync(_last, drop);
    }

    private async Task DropAfterAsync(Task before, Func<CancellationToken, Task> drop)
    {
        await before.ConfigureAwait(false);
        try
        {
            await drop(_stopping.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
        }
#pragma warning disable CA1031 // It is about room alone: nobody reads those rows any more.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            failures.Report("Rows that nobody reads any more could not be removed; the next start tries again", failure);
        }
    }
}
