using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Client.Configuration;
using LeadGrains.Grpc.Tests.V1;

namespace LeadGrains.Grpc.Tests.Client;

/// <summary>Calls that are made again, as gRFC A6 says.</summary>
public class RetryTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = TestServer.Patience)]
    public async Task Call_WhenItFailsTwice_IsMadeAThirdTime()
    {
        var told = new List<string?>();
        await using var host = await EchoHost.StartAsync(Failing(2, onAttempt: context => told.Add(context.RequestHeaders.GetValue("grpc-previous-rpc-attempts"))));
        using var channel = Channel(host, Policies.Of(5));
        using var call = new Echo.EchoClient(channel).SayAsync(new Words { Text = "again" }, cancellationToken: Token);

        Assert.Equal("again", (await call).Text);
        Assert.Equal([null, "1", "2"], told);
        Assert.Equal("2", (await call.ResponseHeadersAsync).GetValue("grpc-previous-rpc-attempts"));
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Call_WhenItKeepsFailing_EndsAsTheLastAttempt()
    {
        var attempts = 0;
        await using var host = await EchoHost.StartAsync(Failing(int.MaxValue, onAttempt: context => context.ResponseTrailers.Add("attempt", $"{++attempts}")));
        using var channel = Channel(host, Policies.Of(3));

        var failure = await Assert.ThrowsAsync<RpcException>(() => new Echo.EchoClient(channel).SayAsync(new Words(), cancellationToken: Token).ResponseAsync);

        Assert.Equal(StatusCode.Unavailable, failure.StatusCode);
        Assert.Equal("3", failure.Trailers.GetValue("attempt"));
        Assert.Equal(3, attempts);
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Call_WhenTheChannelAllowsFewerAttempts_MakesNoMore()
    {
        var attempts = 0;
        await using var host = await EchoHost.StartAsync(Failing(int.MaxValue, onAttempt: _ => attempts++));
        using var channel = Channel(host, Policies.Of(9), options => options.MaxRetryAttempts = 2);

        await Assert.ThrowsAsync<RpcException>(() => new Echo.EchoClient(channel).SayAsync(new Words(), cancellationToken: Token).ResponseAsync);

        Assert.Equal(2, attempts);
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Call_WhenTheFailureIsNotNamed_IsMadeOnce()
    {
        var attempts = 0;
        await using var host = await EchoHost.StartAsync(Failing(int.MaxValue, StatusCode.InvalidArgument, _ => attempts++));
        using var channel = Channel(host, Policies.Of(5));

        var failure = await Assert.ThrowsAsync<RpcException>(() => new Echo.EchoClient(channel).SayAsync(new Words(), cancellationToken: Token).ResponseAsync);

        Assert.Equal(StatusCode.InvalidArgument, failure.StatusCode);
        Assert.Equal(1, attempts);
    }

    [Theory(Timeout = TestServer.Patience)]
    [InlineData("-1", 1)]
    [InlineData("soon", 1)]
    [InlineData("0", 3)]
    public async Task Call_WhenTheServerPushesBack_DoesAsItSays(string pushback, int expected)
    {
        var attempts = 0;
        await using var host = await EchoHost.StartAsync(Failing(2, StatusCode.ResourceExhausted, context =>
        {
            attempts++;
            context.ResponseTrailers.Add("grpc-retry-pushback-ms", pushback);
        }));
        using var channel = Channel(host, Policies.Of(5));

        await Record.ExceptionAsync(() => new Echo.EchoClient(channel).SayAsync(new Words(), cancellationToken: Token).ResponseAsync);

        Assert.Equal(expected, attempts);
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Pauses_WhenTheServerSaysNothing_GrowAndVaryByAFifth()
    {
        await using var host = await EchoHost.StartAsync(Failing(4));
        var clock = new InstantClock();
        using var channel = Channel(host, Policies.Of(5, initial: TimeSpan.FromSeconds(10), most: TimeSpan.FromSeconds(25)));
        channel.Clock = clock;

        await new Echo.EchoClient(channel).SayAsync(new Words(), cancellationToken: Token);

        Assert.Equal(4, clock.Waits.Count);
        Assert.All(clock.Waits.Zip([10.0, 20, 25, 25]), wait => Assert.InRange(wait.First.TotalSeconds, wait.Second * 0.8, wait.Second * 1.2));
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Pauses_WhenTheServerNamesOne_AreItsAndBeginAnew()
    {
        var attempt = 0;
        await using var host = await EchoHost.StartAsync(Failing(4, onAttempt: context =>
        {
            if (++attempt == 2)
                context.ResponseTrailers.Add("grpc-retry-pushback-ms", "123456");
        }));
        var clock = new InstantClock();
        using var channel = Channel(host, Policies.Of(5, initial: TimeSpan.FromSeconds(10), most: TimeSpan.FromSeconds(1000)));
        channel.Clock = clock;

        await new Echo.EchoClient(channel).SayAsync(new Words(), cancellationToken: Token);

        Assert.Equal(TimeSpan.FromMilliseconds(123456), clock.Waits[1]);
        Assert.All(clock.Waits.Zip([10.0, 123.456, 10, 20]), wait => Assert.InRange(wait.First.TotalSeconds, wait.Second * 0.8, wait.Second * 1.2));
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Call_WhenNothingListens_IsMadeAgain()
    {
        var clock = new InstantClock();
        using var channel = GrpcChannel.ForAddress($"http://127.0.0.1:{EchoHost.FreePort()}", new GrpcChannelOptions { ServiceConfig = Policies.Of(3, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1)) });
        channel.Clock = clock;

        var failure = await Assert.ThrowsAsync<RpcException>(() => new Echo.EchoClient(channel).SayAsync(new Words(), cancellationToken: Token).ResponseAsync);

        Assert.Equal(StatusCode.Unavailable, failure.StatusCode);
        Assert.Equal(2, clock.Waits.Count);
    }

    [Theory(Timeout = TestServer.Patience)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Call_WhenTheServerHasBegunToAnswer_IsNotMadeAgain(bool withMessage)
    {
        var attempts = 0;
        await using var host = await EchoHost.StartAsync(new EchoScript
        {
            Repeat = async (request, responses, context) =>
            {
                attempts++;
                if (withMessage)
                    await responses.WriteAsync(request);
                else
                    await context.WriteResponseHeadersAsync([]);
                throw new RpcException(new Status(StatusCode.Unavailable, "Too late to try again."));
            },
        });
        using var channel = Channel(host, Policies.Of(5));
        using var call = new Echo.EchoClient(channel).Repeat(new Words(), cancellationToken: Token);

        var failure = await Assert.ThrowsAsync<RpcException>(async () => await call.ResponseStream.ReadAllAsync(Token).CountAsync(Token));

        Assert.Equal("Too late to try again.", failure.Status.Detail);
        Assert.Equal(1, attempts);
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Call_WhenItsDeadlinePasses_EndsAmongItsAttempts()
    {
        var attempts = 0;
        await using var host = await EchoHost.StartAsync(Failing(int.MaxValue, onAttempt: _ => attempts++));
        using var channel = Channel(host, Policies.Of(5, initial: TimeSpan.FromHours(1), most: TimeSpan.FromHours(1)));

        var failure = await Assert.ThrowsAsync<RpcException>(() => new Echo.EchoClient(channel).SayAsync(new Words(), deadline: DateTime.UtcNow.AddSeconds(1), cancellationToken: Token).ResponseAsync);

        Assert.Equal(StatusCode.DeadlineExceeded, failure.StatusCode);
        Assert.InRange(attempts, 0, 1);
    }

    [Theory(Timeout = TestServer.Patience)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Call_WhenItEndsInAPause_WaitsNoLonger(bool disposed)
    {
        var failed = new TaskCompletionSource();
        await using var host = await EchoHost.StartAsync(Failing(int.MaxValue, onAttempt: _ => failed.TrySetResult()));
        using var channel = Channel(host, Policies.Of(5, initial: TimeSpan.FromHours(1), most: TimeSpan.FromHours(1)));
        using var cancel = new CancellationTokenSource();
        using var call = new Echo.EchoClient(channel).SayAsync(new Words(), cancellationToken: cancel.Token);
        await failed.Task.WaitAsync(Token);
        await Task.Delay(100, Token);
        if (disposed)
            call.Dispose();
        else
            await cancel.CancelAsync();

        Assert.Equal(StatusCode.Cancelled, (await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync.WaitAsync(Token))).StatusCode);
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Throttling_WhenManyCallsFail_StopsRetriesUntilSomeSucceed()
    {
        var attempts = 0;
        var fails = true;
        await using var host = await EchoHost.StartAsync(new EchoScript
        {
            Say = (request, _) =>
            {
                attempts++;
                return Volatile.Read(ref fails) ? throw new RpcException(new Status(StatusCode.Unavailable, "")) : Task.FromResult(request);
            },
        });
        var config = Policies.Of(3);
        config.RetryThrottling = new RetryThrottlingPolicy { MaxTokens = 4, TokenRatio = 1 };
        using var channel = Channel(host, config);
        var client = new Echo.EchoClient(channel);
        Task<RpcException> Fail() => Assert.ThrowsAsync<RpcException>(() => client.SayAsync(new Words(), cancellationToken: Token).ResponseAsync);

        await Fail();
        Assert.Equal(2, attempts);
        await Fail();
        Assert.Equal(3, attempts);
        Volatile.Write(ref fails, false);
        for (var i = 0; i < 3; i++)
            await client.SayAsync(new Words(), cancellationToken: Token);
        Volatile.Write(ref fails, true);
        attempts = 0;
        await Fail();
        Assert.Equal(2, attempts);
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Policy_WhenSeveralNameAMethod_TheMostExactHolds()
    {
        var attempts = 0;
        await using var host = await EchoHost.StartAsync(Failing(int.MaxValue, onAttempt: _ => attempts++));
        var config = Policies.Of(5);
        config.MethodConfigs.Add(new MethodConfig { Names = { new MethodName { Service = "echo.v1.Echo" } }, RetryPolicy = Policies.Policy(2) });
        config.MethodConfigs.Add(new MethodConfig { Names = { new MethodName { Service = "echo.v1.Echo", Method = "Say" } }, RetryPolicy = Policies.Policy(3) });
        using var channel = Channel(host, config);

        await Assert.ThrowsAsync<RpcException>(() => new Echo.EchoClient(channel).SayAsync(new Words(), cancellationToken: Token).ResponseAsync);

        Assert.Equal(3, attempts);
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Call_WhenNoPolicyNamesIt_IsMadeOnce()
    {
        var attempts = 0;
        await using var host = await EchoHost.StartAsync(Failing(int.MaxValue, onAttempt: _ => attempts++));
        var config = new ServiceConfig { MethodConfigs = { new MethodConfig { Names = { new MethodName { Service = "echo.v1.Echo", Method = "Chat" } }, RetryPolicy = Policies.Policy(5) } } };
        using var channel = Channel(host, config);

        await Assert.ThrowsAsync<RpcException>(() => new Echo.EchoClient(channel).SayAsync(new Words(), cancellationToken: Token).ResponseAsync);

        Assert.Equal(1, attempts);
    }

    private static GrpcChannel Channel(EchoHost host, ServiceConfig config, Action<GrpcChannelOptions>? change = null)
    {
        var options = new GrpcChannelOptions { ServiceConfig = config };
        change?.Invoke(options);
        return GrpcChannel.ForAddress(host.Address, options);
    }

    private static EchoScript Failing(int times, StatusCode code = StatusCode.Unavailable, Action<ServerCallContext>? onAttempt = null)
    {
        var left = times;
        return new EchoScript
        {
            Say = (request, context) =>
            {
                onAttempt?.Invoke(context);
                return left-- > 0 ? throw new RpcException(new Status(code, "Not now.")) : Task.FromResult(request);
            },
        };
    }
}
