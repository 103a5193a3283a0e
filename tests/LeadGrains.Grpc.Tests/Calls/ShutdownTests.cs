using Grpc.Core;
using LeadGrains.Grpc.Tests.Hostile;
using LeadGrains.Grpc.Tests.V1;

namespace LeadGrains.Grpc.Tests.Calls;

/// <summary>A host that stops: calls under way finish, new ones are told to go elsewhere, and nothing hangs.</summary>
public class ShutdownTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = TestServer.Patience)]
    public async Task Stop_WhenCallsAreUnderWay_LetsThemFinish()
    {
        var (began, release) = (new SemaphoreSlim(0), new TaskCompletionSource());
        await using var server = await TestServer.StartAsync(new EchoScript
        {
            Say = async (request, _) =>
            {
                began.Release();
                await release.Task;
                return request;
            },
        });
        var unary = server.Client.SayAsync(new Words { Text = "late" }, cancellationToken: Token);
        using var chat = server.Client.Chat(cancellationToken: Token);
        await chat.RequestStream.WriteAsync(new Words { Number = 1 }, Token);
        Assert.True(await chat.ResponseStream.MoveNext(Token));
        await began.WaitAsync(Token);

        var stop = server.StopAsync(Token);
        await Task.Delay(TimeSpan.FromMilliseconds(300), Token);
        Assert.False(stop.IsCompleted);
        await chat.RequestStream.WriteAsync(new Words { Number = 2 }, Token);
        Assert.True(await chat.ResponseStream.MoveNext(Token));
        await chat.RequestStream.CompleteAsync();
        Assert.False(await chat.ResponseStream.MoveNext(Token));
        release.SetResult();

        Assert.Equal("late", (await unary).Text);
        await stop;
        Assert.Equal(StatusCode.Unavailable, await OutcomeAsync(server));
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Stop_WhenACallIsUnderWay_SaysGoAwayOnItsConnection()
    {
        var (began, release) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var server = await TestServer.StartAsync(new EchoScript
        {
            Say = async (request, _) =>
            {
                began.TrySetResult();
                await release.Task;
                return request;
            },
        });
        using var connection = await RawConnection.OpenAsync(server.Address, Token);
        await connection.StartCallAsync(1, "Say", Token);
        await connection.SendDataAsync(1, Frames.Of(new Words()), end: true, Token);
        await began.Task.WaitAsync(Token);

        var stop = server.StopAsync(Token);
        var away = await connection.ReadUntilAsync(frame => frame.Type == FrameType.GoAway, Token);
        Assert.Equal(0u, away.Error);
        release.SetResult();
        Assert.Equal("0", await connection.StatusAsync(1, Token));
        await connection.DrainAsync(Token);
        await stop;
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Stop_WhenCallsComeAllTheTime_EndsEachWithAnAnswerOrUnavailable()
    {
        await using var server = await TestServer.StartAsync(new EchoScript
        {
            Say = async (request, _) =>
            {
                await Task.Yield();
                return request;
            },
        });
        var outcomes = Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(
            async () =>
            {
                var seen = new List<StatusCode>();
                do
                    seen.Add(await OutcomeAsync(server));
                while (seen[^1] == StatusCode.OK);
                return seen;
            },
            Token)));
        await Task.Delay(TimeSpan.FromMilliseconds(300), Token);
        await server.StopAsync(Token);

        Assert.All(await outcomes, seen => Assert.Equal(StatusCode.Unavailable, seen[^1]));
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Stop_WhenAMethodDoesNotEnd_BreaksItOffInTime()
    {
        var (began, ended) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var server = await TestServer.StartAsync(new EchoScript
        {
            Say = async (request, context) =>
            {
                began.SetResult();
                await Task.Delay(Timeout.Infinite, context.CancellationToken).ContinueWith(_ => { }, TaskScheduler.Default);
                ended.SetResult();
                return request;
            },
        });
        using var call = server.Client.SayAsync(new Words(), cancellationToken: Token);
        await began.Task.WaitAsync(Token);
        using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(500));

        await server.StopAsync(patience.Token);

        await ended.Task.WaitAsync(Token);
        Assert.Contains((await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync)).StatusCode, new[] { StatusCode.Unavailable, StatusCode.Cancelled, StatusCode.Internal });
    }

    private static async Task<StatusCode> OutcomeAsync(TestServer server)
    {
        using var call = server.Client.SayAsync(new Words(), cancellationToken: Token);
        await Record.ExceptionAsync(() => call.ResponseAsync);
        return call.GetStatus().StatusCode;
    }
}
