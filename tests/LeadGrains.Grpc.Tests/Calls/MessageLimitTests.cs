using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using LeadGrains.Grpc.Tests.V1;

namespace LeadGrains.Grpc.Tests.Calls;

public class MessageLimitTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory(Timeout = TestServer.Patience)]
    [InlineData(999, StatusCode.OK)]
    [InlineData(1000, StatusCode.ResourceExhausted)]
    public async Task Request_WhenAroundTheServersLimit_IsTakenOrRefused(int payload, StatusCode expected)
    {
        await using var server = await TestServer.StartAsync(options: options => options.MaxReceiveMessageSize = Words(999).CalculateSize());

        Assert.Equal(expected, await StatusOf(server.Client, payload));
    }

    [Theory(Timeout = TestServer.Patience)]
    [InlineData(999, StatusCode.OK)]
    [InlineData(1000, StatusCode.ResourceExhausted)]
    public async Task Response_WhenAroundTheServersLimit_IsSentOrRefused(int payload, StatusCode expected)
    {
        await using var server = await TestServer.StartAsync(options: options => options.MaxSendMessageSize = Words(999).CalculateSize());

        Assert.Equal(expected, await StatusOf(server.Client, payload));
    }

    [Theory(Timeout = TestServer.Patience)]
    [InlineData(999, StatusCode.OK)]
    [InlineData(1000, StatusCode.ResourceExhausted)]
    public async Task Messages_WhenAroundTheClientsLimits_AreTakenOrRefused(int payload, StatusCode expected)
    {
        await using var server = await TestServer.StartAsync();
        var limit = Words(999).CalculateSize();
        using var receiving = GrpcChannel.ForAddress(server.Address, new GrpcChannelOptions { MaxReceiveMessageSize = limit });
        using var sending = GrpcChannel.ForAddress(server.Address, new GrpcChannelOptions { MaxSendMessageSize = limit });

        Assert.Equal(expected, await StatusOf(new Echo.EchoClient(receiving), payload));
        Assert.Equal(expected, await StatusOf(new Echo.EchoClient(sending), payload));
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Messages_WhenThereIsNoLimit_MayBeLong()
    {
        await using var server = await TestServer.StartAsync(options: options => options.MaxReceiveMessageSize = null);
        using var channel = GrpcChannel.ForAddress(server.Address, new GrpcChannelOptions { MaxReceiveMessageSize = null });

        Assert.Equal(StatusCode.OK, await StatusOf(new Echo.EchoClient(channel), 40_000_000));
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Request_WhenRefusedBeforeItIsAllSent_EndsWithTheServersStatus()
    {
        await using var server = await TestServer.StartAsync(options: options => options.MaxReceiveMessageSize = 1000);

        for (var i = 0; i < 5; i++)
            Assert.Equal(StatusCode.ResourceExhausted, await StatusOf(server.Client, 20_000_000));
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Stream_WhenItsSumIsLong_IsNoMatter()
    {
        await using var server = await TestServer.StartAsync();
        using var call = server.Client.Collect(cancellationToken: Token);
        for (var i = 0; i < 40; i++)
            await call.RequestStream.WriteAsync(Words(1_000_000), Token);
        await call.RequestStream.CompleteAsync();

        Assert.NotNull(await call);
    }

    private static Words Words(int payload) => new() { Payload = ByteString.CopyFrom(new byte[payload]) };

    private static async Task<StatusCode> StatusOf(Echo.EchoClient client, int payload)
    {
        using var call = client.SayAsync(Words(payload), cancellationToken: Token);
        try
        {
            await call;
        }
        catch (RpcException failure)
        {
            Assert.Equal(failure.Status, call.GetStatus());
        }

        return call.GetStatus().StatusCode;
    }
}
