namespace Grpc.Core;

/// <summary>For tasks of a call that its caller may never await.</summary>
internal static class AbandonedTask
{
    /// <summary>Counts a failure of the task, present or to come, as seen.</summary>
    public static Task<T> Observed<T>(this Task<T> task)
    {
        if (!task.IsCompletedSuccessfully)
            _ = task.ContinueWith(static ended => ended.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return task;
    }
}
