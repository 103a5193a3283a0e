using Google.Protobuf;
using Grpc.Core;
using LeadGrains.Grpc.Tests.Hostile;
using LeadGrains.Grpc.Tests.V1;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace LeadGrains.Grpc.Tests.Calls;

/// <summary>A fast sender is held back by a reader who does not read: counted in bytes that were accepted.</summary>
public class FlowControlTests
{
    private const int MessageLength = 16 * 1024;

    // All windows and buffers between the two sides, with room to spare.
    private const int MostAcceptedByServer = 1024 * 1024;
    private const int MostAcceptedByClient = 6 * 1024 * 1024;

    private static readonly Words Message = new() { Payload = ByteString.CopyFrom(new byte[MessageLength]) };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = TestServer.Patience)]
    public async Task Responses_WhenTheClientGrantsNoMore_Wait()
    {
        const int Messages = 200;
        var accepted = 0;
        await using var server = await TestServer.StartAsync(new EchoScript
        {
            Repeat = async (_, responses, _) =>
            {
                for (var i = 0; i < Messages; i++)
                {
                    await responses.WriteAsync(Message);
                    Interlocked.Add(ref accepted, MessageLength);
                }
            },
        });
        using var connection = await RawConnection.OpenAsync(server.Address, Token);
        await connection.StartCallAsync(1, "Repeat", Token);
        await connection.SendDataAsync(1, Frames.Of(new Words()), end: true, Token);

        Assert.InRange(await Standing(() => Volatile.Read(ref accepted)), 1, MostAcceptedByServer);

        var more = new byte[] { 0x0f, 0, 0, 0 };
        await connection.SendAsync(FrameType.WindowUpdate, 0, 1, more, Token);
        await connection.SendAsync(FrameType.WindowUpdate, 0, 0, more, Token);
        Assert.Equal("0", await connection.StatusAsync(1, Token));
        Assert.Equal(Messages * MessageLength, accepted);
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Requests_WhenTheServerDoesNotRead_Wait()
    {
        const int Messages = 1_000;
        var release = new TaskCompletionSource();
        await using var server = await TestServer.StartAsync(new EchoScript
        {
            Collect = async (requests, _) =>
            {
                await release.Task;
                return new Words { Number = await requests.ReadAllAsync(Token).CountAsync(Token) };
            },
        });
        using var call = server.Client.Collect(cancellationToken: Token);
        var accepted = 0;
        var writing = Task.Run(
            async () =>
            {
                for (var i = 0; i < Messages; i++)
                {
                    await call.RequestStream.WriteAsync(Message, Token);
                    Interlocked.Add(ref accepted, MessageLength);
                }

                await call.RequestStream.CompleteAsync();
            },
            Token);

        Assert.InRange(await Standing(() => Volatile.Read(ref accepted)), 1, MostAcceptedByClient);

        release.SetResult();
        await writing;
        Assert.Equal(Messages, (await call).Number);
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Requests_WhenOneStreamIsNotRead_PassItOnOthers()
    {
        var release = new TaskCompletionSource();
        var script = new EchoScript
        {
            Collect = async (_, _) =>
            {
                await release.Task;
                return new Words();
            },
        };

        // Kestrel grants a connection more only when half of its window is used up by streams that are read, and its
        // default for one stream is three quarters of it: a single stream that rests would hold up all others.
        await using var server = await TestServer.StartAsync(
            services => services.AddSingleton(script).Configure<KestrelServerOptions>(kestrel => kestrel.Limits.Http2.InitialStreamWindowSize = 256 * 1024),
            app => app.MapGrpcService<EchoService>());
        using var stuck = server.Client.Collect(cancellationToken: Token);
        var writing = Record.ExceptionAsync(async () =>
        {
            while (true)
                await stuck.RequestStream.WriteAsync(Message, Token);
        });

        for (var i = 0; i < 100; i++)
            Assert.Equal(Message, await server.Client.SayAsync(Message, cancellationToken: Token));

        release.SetResult();
        Assert.IsType<RpcException>(await writing);
    }

    /// <summary>Waits until a count has stood still for half a second.</summary>
    private static async Task<int> Standing(Func<int> count)
    {
        var last = -1;
        while (last != count() || last == 0)
        {
            last = count();
            await Task.Delay(TimeSpan.FromMilliseconds(500), Token);
        }

        return last;
    }
}
