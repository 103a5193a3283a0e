using Grpc.Core;
using LeadGrains.Grpc.Tests.V1;

namespace LeadGrains.Grpc.Tests.Calls;

public class DeadlineTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = TestServer.Patience)]
    public async Task Deadline_WhenItPassesInTheMethod_EndsBothSides()
    {
        var cancelled = new TaskCompletionSource<DateTime>();
        var script = new EchoScript
        {
            Say = async (request, context) =>
            {
                using var registration = context.CancellationToken.Register(() => cancelled.TrySetResult(context.Deadline));
                await Task.Delay(Timeout.Infinite, context.CancellationToken);
                return request;
            },
        };
        await using var server = await TestServer.StartAsync(script);
        var deadline = DateTime.UtcNow.AddMilliseconds(200);

        var failure = await Assert.ThrowsAsync<RpcException>(() => server.Client.SayAsync(new Words(), deadline: deadline, cancellationToken: Token).ResponseAsync);

        Assert.Equal(StatusCode.DeadlineExceeded, failure.StatusCode);
        var told = await cancelled.Task.WaitAsync(Token);
        Assert.InRange((told - deadline).Duration(), TimeSpan.Zero, TimeSpan.FromSeconds(10));
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Deadline_WhenTheMethodDoesNotCare_IsAnsweredByTheServerAllTheSame()
    {
        var release = new TaskCompletionSource();
        await using var server = await TestServer.StartAsync(new EchoScript
        {
            Say = async (request, _) =>
            {
                await release.Task;
                return request;
            },
        });
        using var http = server.RawClient();
        using var request = Frames.Request("/echo.v1.Echo/Say", Frames.Of(new Words()));
        request.Headers.Add("grpc-timeout", "100m");

        using var response = await http.SendAsync(request, Token);

        Assert.Equal("4", Frames.StatusOf(response));
        release.SetResult();
        Assert.Equal("still here", (await new Echo.EchoClient(server.Channel).SayAsync(new Words { Text = "still here" }, cancellationToken: Token)).Text);
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Deadline_WhenMessagesWereSent_ComesBehindThem()
    {
        await using var server = await TestServer.StartAsync(new EchoScript
        {
            Repeat = async (_, responses, context) =>
            {
                await responses.WriteAsync(new Words { Text = "first" });
                await Task.Delay(Timeout.Infinite, context.CancellationToken);
            },
        });
        using var http = server.RawClient();
        using var request = Frames.Request("/echo.v1.Echo/Repeat", Frames.Of(new Words()));
        request.Headers.Add("grpc-timeout", "150m");

        using var response = await http.SendAsync(request, Token);

        Assert.Equal(Frames.Of(new Words { Text = "first" }), await response.Content.ReadAsByteArrayAsync(Token));
        Assert.Equal("4", Frames.StatusOf(response));
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Deadline_WhenItPassesAmidWrites_LeavesWholeMessagesAndTheStatus()
    {
        await using var server = await TestServer.StartAsync(new EchoScript
        {
            Repeat = async (request, responses, context) =>
            {
                while (true)
                    await responses.WriteAsync(request);
            },
        });
        using var http = server.RawClient();
        for (var call = 0; call < 100; call++)
        {
            using var request = Frames.Request("/echo.v1.Echo/Repeat", Frames.Of(new Words { Text = "hello" }));
            request.Headers.Add("grpc-timeout", $"{1 + (call % 10)}m");

            using var response = await http.SendAsync(request, Token);

            var frame = Frames.Of(new Words { Text = "hello" });
            var body = await response.Content.ReadAsByteArrayAsync(Token);
            Assert.Equal("4", Frames.StatusOf(response));
            Assert.Equal(0, body.Length % frame.Length);
        }
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Deadline_WhenTheServerWaitsForARequest_EndsTheWait()
    {
        var ended = new TaskCompletionSource<Exception?>();
        await using var server = await TestServer.StartAsync(new EchoScript
        {
            Collect = async (requests, _) =>
            {
                ended.SetResult(await Record.ExceptionAsync(() => requests.MoveNext(Token)));
                return new Words();
            },
        });
        using var call = server.Client.Collect(deadline: DateTime.UtcNow.AddMilliseconds(150), cancellationToken: Token);

        Assert.Equal(StatusCode.DeadlineExceeded, (await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync)).StatusCode);
        Assert.NotNull(await ended.Task.WaitAsync(Token));
    }

    [Theory(Timeout = TestServer.Patience)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Deadline_WhenTheClientDoesNotRead_EndsTheWriter(bool hasOwnToken)
    {
        using var own = new CancellationTokenSource();
        var token = hasOwnToken ? own.Token : CancellationToken.None;
        var ended = new TaskCompletionSource<Exception?>();
        await using var server = await TestServer.StartAsync(new EchoScript
        {
            Repeat = async (_, responses, _) => ended.SetResult(await Record.ExceptionAsync(async () =>
            {
                var large = new Words { Payload = Google.Protobuf.ByteString.CopyFrom(new byte[100_000]) };
                while (true)
                    await responses.WriteAsync(large, token);
            })),
        });
        using var http = new HttpMessageInvoker(new SocketsHttpHandler());
        using var request = Frames.Request("/echo.v1.Echo/Repeat", Frames.Of(new Words()));
        request.RequestUri = new Uri(server.Address, request.RequestUri!);
        request.Headers.Add("grpc-timeout", "500m");

        using var response = await http.SendAsync(request, Token);

        Assert.IsAssignableFrom<OperationCanceledException>(await ended.Task.WaitAsync(Token));
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Deadline_WhenItHasPassed_SendsNothing()
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
        using var call = server.Client.SayAsync(new Words(), deadline: DateTime.UtcNow.AddSeconds(-1), cancellationToken: Token);

        Assert.Equal(StatusCode.DeadlineExceeded, (await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync)).StatusCode);
        Assert.Equal(0, served);
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Deadline_WhenFarAway_IsAsGoodAsNone()
    {
        await using var server = await TestServer.StartAsync();

        foreach (var deadline in new[] { DateTime.MaxValue, DateTime.UtcNow.AddYears(50), DateTime.SpecifyKind(DateTime.MaxValue, DateTimeKind.Utc).AddDays(-1) })
            Assert.Equal("x", (await server.Client.SayAsync(new Words { Text = "x" }, deadline: deadline, cancellationToken: Token)).Text);
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Deadline_WhenItIsNotInUtc_IsRefused()
    {
        await using var server = await TestServer.StartAsync();

        Assert.Throws<ArgumentException>(() => server.Client.SayAsync(new Words(), deadline: new DateTime(2030, 1, 1, 0, 0, 0, DateTimeKind.Local), cancellationToken: Token));
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Timeout_WhenMalformed_IsInternal()
    {
        await using var server = await TestServer.StartAsync();
        using var http = server.RawClient();
        using var request = Frames.Request("/echo.v1.Echo/Say", Frames.Of(new Words()));
        request.Headers.Add("grpc-timeout", "soon");

        using var response = await http.SendAsync(request, Token);

        Assert.Equal("13", Frames.StatusOf(response));
    }
}
