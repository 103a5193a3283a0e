using Grpc.Core;
using LeadGrains.Grpc.Tests.Hostile;
using LeadGrains.Grpc.Tests.V1;

namespace LeadGrains.Grpc.Tests.Calls;

public class StatusTests
{
    private const string Special = "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈 100%\t\n";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory(Timeout = TestServer.Patience)]
    [MemberData(nameof(Failures))]
    public async Task Unary_WhenTheMethodThrowsAStatus_EndsWithIt(StatusCode code)
    {
        await using var server = await TestServer.StartAsync(new EchoScript { Say = (_, _) => throw new RpcException(new Status(code, Special)) });
        using var call = server.Client.SayAsync(new Words(), cancellationToken: Token);

        var failure = await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync);

        Assert.Equal(code, failure.StatusCode);
        Assert.Equal(Special, failure.Status.Detail);
        Assert.Equal(failure.Status, call.GetStatus());
        Assert.Empty(await call.ResponseHeadersAsync);
    }

    [Theory(Timeout = TestServer.Patience)]
    [InlineData("Say", true)]
    [InlineData("Repeat", true)]
    [InlineData("Nothing", true)]
    [InlineData("Chat", false)] // which has sent a message before
    public async Task Failure_WhenItComesBeforeAMessage_IsOneFrame(string method, bool isOne)
    {
        var failure = new RpcException(new Status(StatusCode.FailedPrecondition, "50 % ☺"));
        await using var server = await TestServer.StartAsync(new EchoScript
        {
            Say = (_, _) => throw failure,
            Repeat = (_, _, _) => throw failure,
            Chat = async (_, responses, _) =>
            {
                await responses.WriteAsync(new Words());
                throw failure;
            },
        });
        using var connection = await RawConnection.OpenAsync(server.Address, Token);
        await connection.StartCallAsync(1, method, Token);
        await connection.SendDataAsync(1, Frames.Of(new Words()), end: true, Token);

        var first = await connection.ReadUntilAsync(frame => frame.Type == FrameType.Headers, Token);
        var last = isOne ? first : await connection.ReadUntilAsync(frame => frame.Type == FrameType.Headers, Token);

        Assert.Equal(isOne, first.EndsStream);
        Assert.Equal("application/grpc", first.Header("content-type"));
        Assert.True(last.EndsStream);
        Assert.Equal(method == "Nothing" ? "12" : "9", last.Header("grpc-status"));
        Assert.Equal(method == "Nothing" ? "The service echo.v1.Echo has no method Nothing." : "50 %25 %E2%98%BA", last.Header("grpc-message"));
    }

    public static TheoryData<StatusCode> Failures() => [.. Enum.GetValues<StatusCode>().Where(code => code != StatusCode.OK)];

    [Fact(Timeout = TestServer.Patience)]
    public async Task Unary_WhenTheMethodSetsAStatus_EndsWithItAndItsTrailers()
    {
        var script = new EchoScript
        {
            Say = (request, context) =>
            {
                context.Status = new Status(StatusCode.NotFound, "nobody");
                context.ResponseTrailers.Add("reason", "gone");
                return Task.FromResult(request);
            },
        };
        await using var server = await TestServer.StartAsync(script);

        var failure = await Assert.ThrowsAsync<RpcException>(() => server.Client.SayAsync(new Words(), cancellationToken: Token).ResponseAsync);

        Assert.Equal(new Status(StatusCode.NotFound, "nobody"), failure.Status);
        Assert.Equal("gone", failure.Trailers.GetValue("reason"));
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Unary_WhenTheExceptionHasTrailers_JoinsThemToTheCalls()
    {
        var script = new EchoScript
        {
            Say = (_, context) =>
            {
                context.ResponseTrailers.Add("first", "1");
                throw new RpcException(new Status(StatusCode.Aborted, ""), new Metadata { { "second", "2" } });
            },
        };
        await using var server = await TestServer.StartAsync(script);

        var failure = await Assert.ThrowsAsync<RpcException>(() => server.Client.SayAsync(new Words(), cancellationToken: Token).ResponseAsync);

        Assert.Equal(["first=1", "second=2"], failure.Trailers.Where(entry => entry.Key is "first" or "second").Select(entry => $"{entry.Key}={entry.Value}"));
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task ServerStreaming_WhenItFailsBehindMessages_GivesThemFirst()
    {
        var script = new EchoScript
        {
            Repeat = async (_, responses, _) =>
            {
                await responses.WriteAsync(new Words { Number = 1 });
                throw new RpcException(new Status(StatusCode.DataLoss, "torn"), new Metadata { { "where", "end" } });
            },
        };
        await using var server = await TestServer.StartAsync(script);
        using var call = server.Client.Repeat(new Words(), cancellationToken: Token);

        Assert.True(await call.ResponseStream.MoveNext(Token));
        var failure = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(Token));

        Assert.Equal(new Status(StatusCode.DataLoss, "torn"), failure.Status);
        Assert.Equal("end", call.GetTrailers().GetValue("where"));
    }

    [Theory(Timeout = TestServer.Patience)]
    [InlineData(false, "Exception was thrown by handler.")]
    [InlineData(true, "Exception was thrown by handler. FormatException: secret")]
    public async Task Unary_WhenTheMethodThrowsAnythingElse_IsUnknown(bool detailed, string expected)
    {
        await using var server = await TestServer.StartAsync(
            new EchoScript { Say = (_, _) => throw new FormatException("secret") },
            options => options.EnableDetailedErrors = detailed);

        var failure = await Assert.ThrowsAsync<RpcException>(() => server.Client.SayAsync(new Words(), cancellationToken: Token).ResponseAsync);

        Assert.Equal(StatusCode.Unknown, failure.StatusCode);
        Assert.Equal(expected, failure.Status.Detail);
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Unary_WhenTheMethodGivesNoMessage_IsInternal()
    {
        await using var server = await TestServer.StartAsync(new EchoScript { Say = (_, _) => Task.FromResult<Words>(null!) });

        var failure = await Assert.ThrowsAsync<RpcException>(() => server.Client.SayAsync(new Words(), cancellationToken: Token).ResponseAsync);

        Assert.Equal(StatusCode.Internal, failure.StatusCode);
    }

    [Theory(Timeout = TestServer.Patience)]
    [InlineData("echo.v1.Echo", "Shout", "The service echo.v1.Echo has no method Shout.")]
    [InlineData("echo.v1.Nothing", "Say", "There is no service echo.v1.Nothing.")]
    public async Task Unary_WhenTheMethodDoesNotExist_IsUnimplemented(string service, string name, string expected)
    {
        await using var server = await TestServer.StartAsync();
        var method = new Method<string, string>(MethodType.Unary, service, name, Texts.Marshaller, Texts.Marshaller);

        var failure = await Assert.ThrowsAsync<RpcException>(
            () => server.Channel.CreateCallInvoker().AsyncUnaryCall(method, host: null, new CallOptions(cancellationToken: Token), "x").ResponseAsync);

        Assert.Equal(StatusCode.Unimplemented, failure.StatusCode);
        Assert.Equal(expected, failure.Status.Detail);
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Unary_WhenNothingListens_IsUnavailable()
    {
        Uri address;
        await using (var server = await TestServer.StartAsync())
            address = server.Address;
        using var channel = global::Grpc.Net.Client.GrpcChannel.ForAddress(address);

        var failure = await Assert.ThrowsAsync<RpcException>(() => new Echo.EchoClient(channel).SayAsync(new Words(), cancellationToken: Token).ResponseAsync);

        Assert.Equal(StatusCode.Unavailable, failure.StatusCode);
        Assert.NotNull(failure.Status.DebugException);
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task GetStatus_WhenTheCallHasNotEnded_Throws()
    {
        await using var server = await TestServer.StartAsync();
        using var call = server.Client.Chat(cancellationToken: Token);

        Assert.Throws<InvalidOperationException>(() => call.GetStatus());
        Assert.Throws<InvalidOperationException>(() => call.GetTrailers());
    }
}
