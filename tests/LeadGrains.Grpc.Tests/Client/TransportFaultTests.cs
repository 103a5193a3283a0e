using Grpc.Core;
using Grpc.Net.Client;
using LeadGrains.Grpc.Tests.V1;

namespace LeadGrains.Grpc.Tests.Client;

/// <summary>Streams that are reset, connections that end, and requests that the server never took.</summary>
public class TransportFaultTests
{
    private const int NoError = 0x0;
    private const int RefusedStream = 0x7;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory(Timeout = TestServer.Patience)]
    [InlineData(NoError, StatusCode.Internal)]
    [InlineData(0x1, StatusCode.Internal)] // PROTOCOL_ERROR
    [InlineData(0x2, StatusCode.Internal)] // INTERNAL_ERROR
    [InlineData(0x3, StatusCode.Internal)] // FLOW_CONTROL_ERROR
    [InlineData(0x6, StatusCode.Internal)] // FRAME_SIZE_ERROR
    [InlineData(0x8, StatusCode.Cancelled)] // CANCEL
    [InlineData(0x9, StatusCode.Internal)] // COMPRESSION_ERROR
    [InlineData(0xa, StatusCode.Internal)] // CONNECT_ERROR
    [InlineData(0xb, StatusCode.ResourceExhausted)] // ENHANCE_YOUR_CALM
    [InlineData(0xc, StatusCode.PermissionDenied)] // INADEQUATE_SECURITY
    public async Task Call_WhenItsStreamIsReset_MapsTheError(int error, StatusCode expected)
    {
        foreach (var begun in new[] { false, true })
        {
            await using var server = new RawServer(async (connection, _) =>
            {
                var number = await connection.RequestAsync();
                if (begun)
                    await connection.BeginAnswerAsync(number);
                await connection.ResetAsync(number, error);
                await connection.ReadToEndAsync();
            });

            Assert.Equal(expected, await FailureOf(server.Address));
        }
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Call_WhenItsStreamIsResetWithinALongRequest_MapsTheError()
    {
        await using var server = new RawServer(async (connection, _) =>
        {
            var number = await connection.RequestAsync();
            await Task.Delay(50);
            await connection.ResetAsync(number, error: 0xb);
            await connection.ReadToEndAsync();
        });
        using var channel = GrpcChannel.ForAddress(server.Address);
        var longerThanTheWindow = new Words { Text = new string('x', 1_000_000) };

        var failure = await Assert.ThrowsAsync<RpcException>(() => new Echo.EchoClient(channel).SayAsync(longerThanTheWindow, cancellationToken: Token).ResponseAsync);

        Assert.Equal(StatusCode.ResourceExhausted, failure.StatusCode);
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Call_WhenItsStreamIsRefused_IsSentAgainWithoutAnAttemptOfThePolicy()
    {
        await using var server = new RawServer(async (connection, _) =>
        {
            await connection.ResetAsync(await connection.RequestAsync(), RefusedStream);
            var number = await connection.RequestAsync();
            await connection.AnswerAsync(number, new Words { Text = "taken" });
            await connection.ReadToEndAsync();
        });
        using var channel = GrpcChannel.ForAddress(server.Address);
        using var call = new Echo.EchoClient(channel).SayAsync(new Words(), cancellationToken: Token);

        Assert.Equal("taken", (await call).Text);
        Assert.Null((await call.ResponseHeadersAsync).GetValue("grpc-previous-rpc-attempts"));
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Call_WhenTheConnectionGoesAwayBeforeIt_IsSentAgainOnAnother()
    {
        await using var server = new RawServer(async (connection, served) =>
        {
            var number = await connection.RequestAsync();
            if (served == 0)
                await connection.GoAwayAsync(lastStream: 0, NoError);
            else
                await connection.AnswerAsync(number, new Words { Text = $"connection {served}" });
            await connection.ReadToEndAsync();
        });
        using var channel = GrpcChannel.ForAddress(server.Address);

        Assert.Equal("connection 1", (await new Echo.EchoClient(channel).SayAsync(new Words(), cancellationToken: Token)).Text);
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Call_WhenTheConnectionGoesAwayAfterIt_IsAnsweredThere()
    {
        await using var server = new RawServer(async (connection, served) =>
        {
            var number = await connection.RequestAsync();
            await connection.GoAwayAsync(lastStream: number, NoError);
            await connection.AnswerAsync(number, new Words { Text = $"connection {served}" });
            await connection.ReadToEndAsync();
        });
        using var channel = GrpcChannel.ForAddress(server.Address);
        var client = new Echo.EchoClient(channel);

        Assert.Equal("connection 0", (await client.SayAsync(new Words(), cancellationToken: Token)).Text);
        Assert.Equal("connection 1", (await client.SayAsync(new Words(), cancellationToken: Token)).Text);
    }

    [Theory(Timeout = TestServer.Patience)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Call_WhenTheConnectionGoesAwayWithinIt_IsUnavailable(bool begun)
    {
        await using var server = new RawServer(async (connection, _) =>
        {
            var number = await connection.RequestAsync();
            if (begun)
                await connection.BeginAnswerAsync(number);
            await connection.GoAwayAsync(lastStream: number, NoError);
        });

        Assert.Equal(StatusCode.Unavailable, await FailureOf(server.Address));
    }

    [Theory(Timeout = TestServer.Patience)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public async Task Stream_WhenItIsRefused_IsSentAgain(bool retried, bool writesLater)
    {
        var refused = new TaskCompletionSource();
        await using var server = new RawServer(async (connection, _) =>
        {
            await connection.ResetAsync(await connection.RequestAsync(), RefusedStream);
            refused.SetResult();
            var number = await connection.RequestAsync();
            await connection.AnswerAsync(number, await connection.MessageAsync());
            await connection.ReadToEndAsync();
        });
        using var channel = GrpcChannel.ForAddress(server.Address, new GrpcChannelOptions { ServiceConfig = retried ? Policies.Of(2) : null });
        using var call = new Echo.EchoClient(channel).Chat(cancellationToken: Token);
        if (writesLater)
        {
            await refused.Task.WaitAsync(Token);
            await Task.Delay(200, Token);
        }

        var write = await Record.ExceptionAsync(() => call.RequestStream.WriteAsync(new Words { Text = "kept" }, Token));

        // Without a policy nothing is kept, so what was written to a stream that is refused then is lost, and said to be.
        if (writesLater || write is null)
        {
            var answer = await Record.ExceptionAsync(async () => Assert.True(await call.ResponseStream.MoveNext(Token)));
            Assert.True(answer is null || (!writesLater && answer is RpcException { StatusCode: StatusCode.Unavailable }), answer?.ToString());
            if (answer is null)
                Assert.Equal("kept", call.ResponseStream.Current.Text);
        }
        else
        {
            Assert.Contains(Assert.IsType<RpcException>(write).StatusCode, new[] { StatusCode.Unavailable, StatusCode.Cancelled });
        }
    }

    [Theory(Timeout = TestServer.Patience)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Call_WhenTheConnectionBreaks_IsUnavailable(bool begun)
    {
        await using var server = new RawServer(async (connection, _) =>
        {
            var number = await connection.RequestAsync();
            if (begun)
                await connection.BeginAnswerAsync(number);
        });

        Assert.Equal(StatusCode.Unavailable, await FailureOf(server.Address));
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Call_WhenNothingListens_IsUnavailable() =>
        Assert.Equal(StatusCode.Unavailable, await FailureOf(new Uri($"http://127.0.0.1:{EchoHost.FreePort()}")));

    [Fact(Timeout = TestServer.Patience)]
    public async Task Call_WhenTheServerSaysNothing_EndsByItsDeadline()
    {
        await using var server = new RawServer((connection, _) => connection.ReadToEndAsync());
        using var channel = GrpcChannel.ForAddress(server.Address);

        var failure = await Assert.ThrowsAsync<RpcException>(() => new Echo.EchoClient(channel).SayAsync(new Words(), deadline: DateTime.UtcNow.AddMilliseconds(200), cancellationToken: Token).ResponseAsync);

        Assert.Equal(StatusCode.DeadlineExceeded, failure.StatusCode);
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Call_WhenThePeerFallsSilent_IsEndedByKeepalive()
    {
        await using var server = new RawServer(async (connection, _) =>
        {
            await connection.RequestAsync();
            await connection.SaysNothingAsync();
        });
        using var handler = new SocketsHttpHandler { KeepAlivePingDelay = TimeSpan.FromSeconds(1), KeepAlivePingTimeout = TimeSpan.FromSeconds(1) };
        using var channel = GrpcChannel.ForAddress(server.Address, new GrpcChannelOptions { HttpHandler = handler });

        var failure = await Assert.ThrowsAsync<RpcException>(() => new Echo.EchoClient(channel).SayAsync(new Words(), deadline: DateTime.UtcNow.AddSeconds(30), cancellationToken: Token).ResponseAsync);

        Assert.True(StatusCode.Unavailable == failure.StatusCode, failure.ToString());
    }

    private static async Task<StatusCode> FailureOf(Uri address)
    {
        using var channel = GrpcChannel.ForAddress(address);
        return (await Assert.ThrowsAsync<RpcException>(() => new Echo.EchoClient(channel).SayAsync(new Words(), cancellationToken: Token).ResponseAsync)).StatusCode;
    }
}
