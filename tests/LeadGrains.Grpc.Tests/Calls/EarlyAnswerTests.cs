using Google.Protobuf;
using Grpc.Core;
using LeadGrains.Grpc.Tests.Hostile;
using LeadGrains.Grpc.Tests.V1;

namespace LeadGrains.Grpc.Tests.Calls;

/// <summary>Servers that answer before the requests have ended, and clients that go away before the answer.</summary>
public class EarlyAnswerTests
{
    private static readonly Words Large = new() { Payload = ByteString.CopyFrom(new byte[100_000]) };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = TestServer.Patience)]
    public async Task Duplex_WhenTheServerEndsFirst_TellsTheClientToStopAndKeepsTheConnection()
    {
        await using var server = await TestServer.StartAsync(new EchoScript { Chat = (_, _, _) => throw new RpcException(new Status(StatusCode.Aborted, "enough")) });
        using var connection = await RawConnection.OpenAsync(server.Address, Token);
        await connection.StartCallAsync(1, "Chat", Token);

        Assert.Equal("10", await connection.StatusAsync(1, Token));
        var reset = await connection.ReadUntilAsync(frame => frame is { Type: FrameType.ResetStream, Stream: 1 }, Token);
        Assert.Equal(0u, reset.Error); // NO_ERROR

        // What the client had sent before it knew.
        for (var i = 0; i < 3; i++)
            await connection.SendDataAsync(1, Frames.Of(new byte[1_000]), end: false, Token);
        await connection.SendDataAsync(1, [], end: true, Token);
        Assert.Equal("0", await connection.CallAsync(3, "Say", Frames.Of(new Words()), Token));
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Duplex_WhenTheServerEndsFirst_GivesTheWriterItsStatus()
    {
        await using var server = await TestServer.StartAsync(new EchoScript
        {
            Chat = async (requests, responses, _) =>
            {
                await requests.MoveNext(Token);
                await responses.WriteAsync(new Words { Number = 1 });
            },
        });

        for (var i = 0; i < 20; i++)
        {
            using var call = server.Client.Chat(cancellationToken: Token);
            var failure = await Record.ExceptionAsync(async () =>
            {
                while (true)
                    await call.RequestStream.WriteAsync(Large, Token);
            });
            Assert.IsType<RpcException>(failure);
            Assert.Equal([new Words { Number = 1 }], await call.ResponseStream.ReadAllAsync(Token).ToListAsync(Token));
            Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
        }

        Assert.Equal(Large, await server.Client.SayAsync(Large, cancellationToken: Token));
    }

    [Theory(Timeout = TestServer.Patience)]
    [InlineData(0)] // before a byte of the request
    [InlineData(3)] // within a prefix
    [InlineData(20)] // within a message
    public async Task Reset_WhenTheServerReads_CancelsTheCall(int sent)
    {
        var ended = new TaskCompletionSource<Exception?>();
        await using var server = await TestServer.StartAsync(new EchoScript
        {
            Chat = async (requests, _, context) =>
            {
                var failure = await Record.ExceptionAsync(() => requests.MoveNext(context.CancellationToken));
                await Task.Delay(Timeout.Infinite, context.CancellationToken).ContinueWith(_ => { }, TaskScheduler.Default);
                ended.SetResult(failure);
            },
        });
        using var connection = await RawConnection.OpenAsync(server.Address, Token);
        await connection.StartCallAsync(1, "Chat", Token);
        await connection.SendDataAsync(1, Frames.Of(new byte[100]).AsSpan(0, sent), end: false, Token);
        await connection.ResetAsync(1, Token);

        Assert.NotNull(await ended.Task.WaitAsync(Token));
        Assert.Equal("0", await connection.CallAsync(3, "Say", Frames.Of(new Words()), Token));
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Reset_WhenTheServerWorks_FiresItsToken()
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
        using var connection = await RawConnection.OpenAsync(server.Address, Token);
        await connection.StartCallAsync(1, "Say", Token);
        await connection.SendDataAsync(1, Frames.Of(new Words()), end: true, Token);
        await began.Task.WaitAsync(Token);
        await connection.ResetAsync(1, Token);

        await ended.Task.WaitAsync(Token);
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task HalfClose_WhenTheClientHasSaidAll_LetsTheServerGoOn()
    {
        await using var server = await TestServer.StartAsync(new EchoScript
        {
            Chat = async (requests, responses, _) =>
            {
                var count = await requests.ReadAllAsync(Token).CountAsync(Token);
                for (var i = 0; i < 3; i++)
                    await responses.WriteAsync(new Words { Number = count });
            },
        });
        using var connection = await RawConnection.OpenAsync(server.Address, Token);
        await connection.StartCallAsync(1, "Chat", Token);
        await connection.SendDataAsync(1, [.. Frames.Of(new Words()), .. Frames.Of(new Words())], end: false, Token);
        await connection.SendDataAsync(1, [], end: true, Token);

        var answers = new List<byte>();
        var end = await connection.ReadUntilAsync(
            frame =>
            {
                if (frame is { Type: FrameType.Data, Stream: 1 })
                    answers.AddRange(frame.Payload);
                return frame is { Stream: 1, EndsStream: true };
            },
            Token);
        Assert.Equal(Enumerable.Repeat(Frames.Of(new Words { Number = 2 }), 3).SelectMany(frame => frame), answers);
        Assert.Equal("0", end.Header("grpc-status"));
    }
}
