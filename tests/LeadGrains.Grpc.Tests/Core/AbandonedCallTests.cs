using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Grpc.Core;
using LeadGrains.Grpc.Tests.V1;

namespace LeadGrains.Grpc.Tests.Core;

public class AbandonedCallTests
{
    [Fact]
    public void Dispose_WhenTheFailureWasNeverAwaited_LeavesNoneUnobserved()
    {
        var unobserved = new ConcurrentQueue<string>();
        void Note(object? sender, UnobservedTaskExceptionEventArgs args) => unobserved.Enqueue(args.Exception.ToString());
        TaskScheduler.UnobservedTaskException += Note;
        try
        {
            Abandon(disposes: true, "failed before", "failed after");
            Abandon(disposes: false, "not disposed", "not disposed");
            for (var i = 0; i < 3; i++)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
            }
        }
        finally
        {
            TaskScheduler.UnobservedTaskException -= Note;
        }

        Assert.Contains(unobserved, text => text.Contains("not disposed", StringComparison.Ordinal));
        Assert.DoesNotContain(unobserved, text => text.Contains("failed before", StringComparison.Ordinal));
        Assert.DoesNotContain(unobserved, text => text.Contains("failed after", StringComparison.Ordinal));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Abandon(bool disposes, string before, string after)
    {
        var pending = new TaskCompletionSource<Words>();
        var headers = Task.FromResult(new Metadata());
        var failed = new AsyncUnaryCall<Words>(Task.FromException<Words>(new IOException(before)), headers, () => default, () => [], () => { });
        var running = new AsyncClientStreamingCall<Words, Words>(null!, pending.Task, headers, () => default, () => [], () => { });
        if (disposes)
        {
            failed.Dispose();
            running.Dispose();
        }

        pending.SetException(new IOException(after));
    }
}
