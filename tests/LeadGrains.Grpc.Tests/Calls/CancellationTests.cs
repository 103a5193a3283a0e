using Grpc.Core;
using LeadGrains.Grpc.Tests.V1;

namespace LeadGrains.Grpc.Tests.Calls;

public class CancellationTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = TestServer.Patience)]
    public async Task Cancel_WhenTheTokenFires_ReachesTheServer()
    {
        var (script, began, ended) = Waiting();
        await using var server = await TestServer.StartAsync(script);
        using var cancel = new CancellationTokenSource();
        using var call = server.Client.SayAsync(new Words(), cancellationToken: cancel.Token);
        await began.WaitAsync(Token);
        await cancel.CancelAsync();

        Assert.Equal(StatusCode.Cancelled, (await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync)).StatusCode);
        Assert.Equal(StatusCode.Cancelled, call.GetStatus().StatusCode);
        await ended.WaitAsync(Token);
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Cancel_WhenTheCallIsDisposed_ReachesTheServer()
    {
        var (script, began, ended) = Waiting();
        await using var server = await TestServer.StartAsync(script);
        var call = server.Client.SayAsync(new Words(), cancellationToken: Token);
        await began.WaitAsync(Token);
        call.Dispose();

        Assert.Equal(StatusCode.Cancelled, (await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync)).StatusCode);
        await ended.WaitAsync(Token);
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Cancel_WhenAStreamIsDisposedBetweenMessages_ReachesTheServer()
    {
        var ended = new TaskCompletionSource();
        await using var server = await TestServer.StartAsync(new EchoScript
        {
            Chat = async (requests, responses, context) =>
            {
                using var registration = context.CancellationToken.Register(() => ended.TrySetResult());
                await foreach (var request in requests.ReadAllAsync(context.CancellationToken))
                    await responses.WriteAsync(request, context.CancellationToken);
            },
        });
        using (var call = server.Client.Chat(cancellationToken: Token))
        {
            await call.RequestStream.WriteAsync(new Words { Number = 1 }, Token);
            Assert.True(await call.ResponseStream.MoveNext(Token));
        }

        await ended.Task.WaitAsync(Token);
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Cancel_WhenMoveNextIsCancelled_EndsTheCall()
    {
        await using var server = await TestServer.StartAsync();
        using var call = server.Client.Chat(cancellationToken: Token);
        using var cancel = new CancellationTokenSource();
        var read = call.ResponseStream.MoveNext(cancel.Token);
        await cancel.CancelAsync();

        Assert.Equal(StatusCode.Cancelled, (await Assert.ThrowsAsync<RpcException>(() => read)).StatusCode);
        Assert.Equal(StatusCode.Cancelled, (await Assert.ThrowsAsync<RpcException>(() => call.RequestStream.WriteAsync(new Words(), Token))).StatusCode);
    }

    [Theory(Timeout = TestServer.Patience)]
    [InlineData("token")]
    [InlineData("dispose")]
    [InlineData("deadline")]
    public async Task Cancel_WhenAReadWaitsBehindAMessage_EndsTheRead(string way)
    {
        var ended = new TaskCompletionSource();
        await using var server = await TestServer.StartAsync(new EchoScript
        {
            Repeat = async (_, responses, context) =>
            {
                using var registration = context.CancellationToken.Register(() => ended.TrySetResult());
                await responses.WriteAsync(new Words { Number = 1 });
                await Task.Delay(Timeout.Infinite, context.CancellationToken);
            },
        });
        using var cancel = new CancellationTokenSource();
        DateTime? deadline = way == "deadline" ? DateTime.UtcNow.AddSeconds(5) : null;
        using var call = server.Client.Repeat(new Words(), deadline: deadline, cancellationToken: cancel.Token);
        Assert.True(await call.ResponseStream.MoveNext(Token));
        var read = call.ResponseStream.MoveNext(Token);
        Assert.False(read.IsCompleted);
        if (way == "token")
            await cancel.CancelAsync();
        else if (way == "dispose")
            call.Dispose();

        var expected = way == "deadline" ? StatusCode.DeadlineExceeded : StatusCode.Cancelled;
        Assert.Equal(expected, (await Assert.ThrowsAsync<RpcException>(() => read.WaitAsync(Token))).StatusCode);
        Assert.Equal(expected, call.GetStatus().StatusCode);
        await ended.Task.WaitAsync(Token);
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Cancel_WhenTheServerStreamsWithoutEnd_StopsIt()
    {
        var stopped = new TaskCompletionSource<Exception?>();
        await using var server = await TestServer.StartAsync(new EchoScript
        {
            Repeat = async (_, responses, _) => stopped.SetResult(await Record.ExceptionAsync(async () =>
            {
                while (true)
                    await responses.WriteAsync(new Words { Text = "again" }, CancellationToken.None);
            })),
        });
        using (var call = server.Client.Repeat(new Words(), cancellationToken: Token))
            Assert.True(await call.ResponseStream.MoveNext(Token));

        Assert.IsAssignableFrom<OperationCanceledException>(await stopped.Task.WaitAsync(Token));
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Cancel_WhenTheTokenHasFired_SendsNothing()
    {
        var served = 0;
        await using var server = await TestServer.StartAsync(new EchoScript
        {
            Say = (request, _) =>
            {
                served++;
                return Task.FromResult(request);
            },
        });

        var failure = await Assert.ThrowsAsync<RpcException>(
            () => server.Client.SayAsync(new Words(), cancellationToken: new CancellationToken(canceled: true)).ResponseAsync);

        Assert.Equal(StatusCode.Cancelled, failure.StatusCode);
        Assert.Equal(0, served);
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Cancel_WhenTheCallHasEnded_ChangesNothing()
    {
        await using var server = await TestServer.StartAsync();
        using var cancel = new CancellationTokenSource();
        var call = server.Client.SayAsync(new Words(), cancellationToken: cancel.Token);
        await call;
        await cancel.CancelAsync();
        call.Dispose();

        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Channel_WhenDisposed_CancelsItsCalls()
    {
        var (script, began, ended) = Waiting();
        await using var server = await TestServer.StartAsync(script);
        using var call = server.Client.SayAsync(new Words(), cancellationToken: Token);
        await began.WaitAsync(Token);
        server.Channel.Dispose();

        Assert.Equal(StatusCode.Cancelled, (await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync)).StatusCode);
        await ended.WaitAsync(Token);
        Assert.Throws<ObjectDisposedException>(() => server.Channel.CreateCallInvoker());
    }

    private static (EchoScript Script, Task Began, Task Ended) Waiting()
    {
        var began = new TaskCompletionSource();
        var ended = new TaskCompletionSource();
        var script = new EchoScript
        {
            Say = async (request, context) =>
            {
                using var registration = context.CancellationToken.Register(() => ended.TrySetResult());
                began.TrySetResult();
                await Task.Delay(Timeout.Infinite, context.CancellationToken);
                return request;
            },
        };
        return (script, began.Task, ended.Task);
    }
}
