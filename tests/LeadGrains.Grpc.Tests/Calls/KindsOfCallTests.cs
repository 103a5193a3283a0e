using Grpc.Core;
using LeadGrains.Grpc.Tests.V1;

namespace LeadGrains.Grpc.Tests.Calls;

public class KindsOfCallTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = TestServer.Patience)]
    public async Task Unary_WhenServed_GivesTheResponse()
    {
        await using var server = await TestServer.StartAsync();
        using var call = server.Client.SayAsync(new Words { Text = "hello", Number = 7 }, cancellationToken: Token);

        var response = await call;

        Assert.Equal(new Words { Text = "hello", Number = 7 }, response);
        Assert.Equal(Status.DefaultSuccess, call.GetStatus());
        Assert.Empty(call.GetTrailers());
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Unary_WhenMessagesAreEmpty_GivesAnEmptyResponse()
    {
        await using var server = await TestServer.StartAsync();

        Assert.Equal(new Words(), await server.Client.SayAsync(new Words(), cancellationToken: Token));
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Unary_WhenBlocking_GivesTheResponse()
    {
        await using var server = await TestServer.StartAsync();

        var response = await Task.Run(() => server.Client.Say(new Words { Text = "wait" }, cancellationToken: Token), Token);

        Assert.Equal("wait", response.Text);
    }

    [Theory(Timeout = TestServer.Patience)]
    [InlineData(1)]
    [InlineData(16 * 1024)]
    [InlineData(1_000_003)]
    [InlineData(4 * 1024 * 1024 - 16)]
    public async Task Unary_WhenMessagesAreLarge_GivesThemWhole(int length)
    {
        await using var server = await TestServer.StartAsync();
        var payload = new byte[length];
        new Random(length).NextBytes(payload);

        var response = await server.Client.SayAsync(new Words { Payload = Google.Protobuf.ByteString.CopyFrom(payload) }, cancellationToken: Token);

        Assert.True(response.Payload.Span.SequenceEqual(payload));
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task ClientStreaming_WhenCompleted_GivesOneResponse()
    {
        await using var server = await TestServer.StartAsync();
        using var call = server.Client.Collect(cancellationToken: Token);
        for (var i = 1; i <= 100; i++)
            await call.RequestStream.WriteAsync(new Words { Number = i }, Token);
        await call.RequestStream.CompleteAsync();

        Assert.Equal(5050, (await call).Number);
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task ServerStreaming_WhenServed_GivesAllResponsesInOrder()
    {
        await using var server = await TestServer.StartAsync();
        using var call = server.Client.Repeat(new Words { Number = 1000 }, cancellationToken: Token);

        var numbers = new List<int>();
        await foreach (var response in call.ResponseStream.ReadAllAsync(Token))
            numbers.Add(response.Number);

        Assert.Equal(Enumerable.Range(0, 1000), numbers);
        Assert.False(await call.ResponseStream.MoveNext(Token));
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task ServerStreaming_WhenThereIsNoResponse_EndsWell()
    {
        await using var server = await TestServer.StartAsync();
        using var call = server.Client.Repeat(new Words(), cancellationToken: Token);

        Assert.False(await call.ResponseStream.MoveNext(Token));
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task ServerStreaming_WhenResponsesMayWait_SendsThemAll()
    {
        var script = new EchoScript
        {
            Repeat = async (request, responses, _) =>
            {
                responses.WriteOptions = new WriteOptions(WriteFlags.BufferHint);
                for (var i = 0; i < request.Number; i++)
                    await responses.WriteAsync(new Words { Number = i });
            },
        };
        await using var server = await TestServer.StartAsync(script);
        using var call = server.Client.Repeat(new Words { Number = 50_000 }, cancellationToken: Token);

        var count = 0;
        await foreach (var response in call.ResponseStream.ReadAllAsync(Token))
            Assert.Equal(count++, response.Number);
        Assert.Equal(50_000, count);
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Duplex_WhenEachSideAnswersTheOther_KeepsTheirOrder()
    {
        await using var server = await TestServer.StartAsync();
        using var call = server.Client.Chat(cancellationToken: Token);
        for (var i = 0; i < 200; i++)
        {
            await call.RequestStream.WriteAsync(new Words { Number = i }, Token);
            Assert.True(await call.ResponseStream.MoveNext(Token));
            Assert.Equal(i, call.ResponseStream.Current.Number);
        }

        await call.RequestStream.CompleteAsync();
        Assert.False(await call.ResponseStream.MoveNext(Token));
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Duplex_WhenTheServerSpeaksFirst_IsHeardBeforeAnyRequest()
    {
        var script = new EchoScript
        {
            Chat = async (requests, responses, _) =>
            {
                await responses.WriteAsync(new Words { Text = "welcome" });
                await requests.MoveNext(Token);
            },
        };
        await using var server = await TestServer.StartAsync(script);
        using var call = server.Client.Chat(cancellationToken: Token);

        Assert.True(await call.ResponseStream.MoveNext(Token));
        Assert.Equal("welcome", call.ResponseStream.Current.Text);
        await call.RequestStream.CompleteAsync();
        Assert.False(await call.ResponseStream.MoveNext(Token));
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Duplex_WhenTheServerEndsEarly_EndsForTheWriterToo()
    {
        var script = new EchoScript
        {
            Chat = (_, _, _) => throw new RpcException(new Status(StatusCode.FailedPrecondition, "enough")),
        };
        await using var server = await TestServer.StartAsync(script);
        using var call = server.Client.Chat(cancellationToken: Token);

        var end = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(Token));
        var write = await Assert.ThrowsAsync<RpcException>(() => call.RequestStream.WriteAsync(new Words(), Token));

        Assert.Equal(StatusCode.FailedPrecondition, end.StatusCode);
        Assert.Equal(StatusCode.FailedPrecondition, write.StatusCode);
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task WriteAsync_WhenTheOneBeforeIsUnderWay_Refuses()
    {
        var release = new TaskCompletionSource();
        var refused = new TaskCompletionSource<Exception?>();
        var script = new EchoScript
        {
            Repeat = async (_, responses, _) =>
            {
                var large = new Words { Payload = Google.Protobuf.ByteString.CopyFrom(new byte[3_000_000]) };
                var first = responses.WriteAsync(large);
                refused.SetResult(await Record.ExceptionAsync(() => responses.WriteAsync(large, Token)));
                await release.Task;
                await first;
            },
        };
        await using var server = await TestServer.StartAsync(script);
        using var call = server.Client.Repeat(new Words(), cancellationToken: Token);

        Assert.IsType<InvalidOperationException>(await refused.Task.WaitAsync(Token));
        release.SetResult();
        Assert.True(await call.ResponseStream.MoveNext(Token));
    }
}
