using LeadGrains.Grpc.Tests.Hostile;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace LeadGrains.Grpc.Tests.Calls;

public class KeepaliveTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = TestServer.Patience)]
    public async Task Ping_WhenTheClientSendsOne_IsAnsweredWhileACallRests()
    {
        await using var server = await TestServer.StartAsync();
        using var connection = await RawConnection.OpenAsync(server.Address, Token);
        await connection.StartCallAsync(1, "Chat", Token);

        for (byte i = 0; i < 5; i++)
        {
            byte[] sent = [1, 2, 3, 4, 5, 6, 7, i];
            await connection.SendAsync(FrameType.Ping, 0, 0, sent, Token);
            var answer = await connection.ReadUntilAsync(frame => frame.Type == FrameType.Ping, Token);
            Assert.Equal(RawFrame.Acknowledgement, answer.Flags);
            Assert.Equal(sent, answer.Payload);
        }

        await connection.SendDataAsync(1, [], end: true, Token);
        Assert.Equal("0", await connection.StatusAsync(1, Token));
    }

    [Theory(Timeout = TestServer.Patience)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Ping_WhenTheServerSendsThem_EndsTheCallsOfAClientThatIsGone(bool isThere)
    {
        var ended = new TaskCompletionSource();
        var script = new EchoScript
        {
            Chat = async (_, _, context) =>
            {
                await Task.Delay(isThere ? TimeSpan.FromSeconds(5) : Timeout.InfiniteTimeSpan, context.CancellationToken).ContinueWith(_ => { }, TaskScheduler.Default);
                if (context.CancellationToken.IsCancellationRequested)
                    ended.SetResult();
            },
        };
        await using var server = await TestServer.StartAsync(
            services => services.AddSingleton(script).Configure<KestrelServerOptions>(kestrel =>
            {
                kestrel.Limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(1);
                kestrel.Limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(isThere ? 30 : 1);
            }),
            app => app.MapGrpcService<EchoService>());
        using var connection = await RawConnection.OpenAsync(server.Address, Token);
        await connection.StartCallAsync(1, "Chat", Token);
        if (!isThere)
        {
            await ended.Task.WaitAsync(Token);
            return;
        }

        RawFrame frame;
        for (frame = await connection.ReadFrameAsync(Token); !frame.EndsStream; frame = await connection.ReadFrameAsync(Token))
        {
            if (frame is { Type: FrameType.Ping, Flags: 0 })
                await connection.SendAsync(FrameType.Ping, RawFrame.Acknowledgement, 0, frame.Payload, Token);
        }

        Assert.Equal("0", frame.Header("grpc-status"));
        Assert.False(ended.Task.IsCompleted);
    }
}
