namespace LeadGrains.Grains;

/// <summary>Work that takes long or waits for loops. On the pool, which has hardly more threads than there are processors, callers would stand behind it.</summary>
internal static class OwnThread
{
    public static Task RunAsync(Action work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    public static Task<T> RunAsync<T>(Func<T> work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
