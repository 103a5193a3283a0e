namespace LeadGrains.Grains;

/// <summary>
/// Work that computes, or waits for the disk or for loops, for long. It has a thread of its own: the pool has hardly more threads
/// than there are processors, and what callers, loops and commits wait for would stand behind it there.
/// </summary>
public static class OwnThread
{
    /// <summary>Does it; not where it is cancelled before it begins.</summary>
    public static Task RunAsync(Action work, CancellationToken cancellationToken) =>
        Task.Factory.StartNew(work, cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>Does it, and gives what comes of it.</summary>
    public static Task<T> RunAsync<T>(Func<T> work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
