using LeadGrains.Grpc.Tests.V1;

namespace LeadGrains.Grpc.Tests.Client;

/// <summary>Calls that block their thread, where all that comes next would be meant for that thread.</summary>
public class BlockingCallTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = TestServer.Patience)]
    public async Task Say_WhenItsContextRunsNothingMeanwhile_Answers()
    {
        await using var server = await TestServer.StartAsync();
        var answer = new TaskCompletionSource<Words>();
        new Thread(() =>
        {
            SynchronizationContext.SetSynchronizationContext(new DeafContext());
            answer.SetResult(server.Client.Say(new Words { Text = "heard" }, cancellationToken: Token));
        })
        {
            IsBackground = true,
        }.Start();

        Assert.Equal("heard", (await answer.Task.WaitAsync(Token)).Text);
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Say_WhenItsSchedulerRunsOneTaskAtATime_Answers()
    {
        await using var server = await TestServer.StartAsync();
        var answer = await Task.Factory.StartNew(
            () => server.Client.Say(new Words { Text = "heard" }, cancellationToken: Token),
            Token,
            TaskCreationOptions.None,
            new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler);

        Assert.Equal("heard", answer.Text);
    }

    private sealed class DeafContext : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state)
        {
            // As on a thread that is blocked.
        }
    }
}
