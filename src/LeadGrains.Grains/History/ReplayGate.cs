namespace LeadGrains.Grains.History;

/// <summary>
/// Lets a few questions about the past be worked on at once, beside the partitions' own work, and a bounded number
/// wait.
/// </summary>
internal sealed class ReplayGate(int atOnce) : IDisposable
{
    private const int WaitingMax = 256;

    private readonly SemaphoreSlim _free = new(atOnce);
    private int _asked;

    /// <summary>Does the work on another thread, once there is room.</summary>
    /// <exception cref="OverloadedException">Too many wait already.</exception>
    public async Task<T> RunAsync<T>(Func<Task<T>> work, CancellationToken cancellationToken)
    {
        try
        {
            if (Interlocked.Increment(ref _asked) > WaitingMax)
                throw new OverloadedException();
            await _free.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            Interlocked.Decrement(ref _asked);
            throw;
        }

        try
        {
            return await Task.Run(work, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _free.Release();
            Interlocked.Decrement(ref _asked);
        }
    }

    public void Dispose() => _free.Dispose();
}
