using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using LeadGrains.Grpc.Tests.V1;

namespace LeadGrains.Grpc.Tests.Client;

/// <summary>A side that does not read holds the other one back.</summary>
public class FlowControlTests
{
    private const int MessageLength = 16 * 1024;
    private const int Messages = 1000;

    // Kestrel's window of a stream, what it buffers before a reader, and what lies in the sockets of loopback.
    private const int MostUnread = 4 * 1024 * 1024;

    private static readonly TimeSpan Still = TimeSpan.FromMilliseconds(500);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory(Timeout = TestServer.Patience)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Write_WhenTheServerDoesNotRead_Waits(bool retried)
    {
        var read = new TaskCompletionSource();
        await using var host = await EchoHost.StartAsync(new EchoScript
        {
            Collect = async (requests, context) =>
            {
                await read.Task;
                var sum = new Words();
                while (await requests.MoveNext(context.CancellationToken))
                    sum.Number += requests.Current.Payload.Length;
                return sum;
            },
        });
        using var channel = GrpcChannel.ForAddress(host.Address, new GrpcChannelOptions { ServiceConfig = retried ? Policies.Of(2) : null });
        using var call = new Echo.EchoClient(channel).Collect(cancellationToken: Token);
        var message = new Words { Payload = ByteString.CopyFrom(new byte[MessageLength]) };
        var sent = 0;
        var writing = Task.Run(
            async () =>
            {
                for (; sent < Messages; sent++)
                    await call.RequestStream.WriteAsync(message, Token);
                await call.RequestStream.CompleteAsync();
            },
            Token);

        var held = await SettledAsync(() => Volatile.Read(ref sent));

        Assert.False(writing.IsCompleted);
        Assert.InRange(held * MessageLength, 1, MostUnread);
        read.SetResult();
        await writing;
        Assert.Equal(Messages * MessageLength, (await call).Number);
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Write_WhenTheClientDoesNotRead_HoldsTheServerBack()
    {
        var sent = 0;
        await using var host = await EchoHost.StartAsync(new EchoScript
        {
            Repeat = async (_, responses, context) =>
            {
                for (; sent < Messages; sent++)
                    await responses.WriteAsync(new Words { Payload = ByteString.CopyFrom(new byte[MessageLength]) }, context.CancellationToken);
            },
        });
        using var channel = GrpcChannel.ForAddress(host.Address);
        using var call = new Echo.EchoClient(channel).Repeat(new Words(), cancellationToken: Token);

        var held = await SettledAsync(() => Volatile.Read(ref sent));

        Assert.InRange(held * MessageLength, 1, MostUnread);
        Assert.Equal(Messages, await call.ResponseStream.ReadAllAsync(Token).CountAsync(Token));
    }

    // The count once it has stood still for a while.
    private static async Task<int> SettledAsync(Func<int> count)
    {
        while (true)
        {
            var before = count();
            await Task.Delay(Still, Token);
            if (before > 0 && count() == before)
                return before;
        }
    }
}
