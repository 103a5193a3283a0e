namespace LeadGrains.Storage;

/// <summary>
/// Work that computes or waits for the disk for long. It has a thread of its own: the pool has hardly more threads than there are
/// processors, and what callers, loops and commits wait for would stand behind it there.
/// </summary>
internal static class OwnThread
{
    public static Task RunAsync(Action work, CancellationToken cancellationToken) =>
        Task.Factory.StartNew(work, cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    public static Task<T> RunAsync<T>(Func<T> work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
