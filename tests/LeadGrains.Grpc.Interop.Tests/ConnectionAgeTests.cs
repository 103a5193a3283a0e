using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Client.Configuration;
using Grpc.Testing;
using LeadGrains.Grpc.Interop.Tests.Peers;
using LeadGrains.Grpc.Interop.Tests.Wire;

namespace LeadGrains.Grpc.Interop.Tests;

/// <summary>Servers that others wrote ask for a new connection again and again while our client calls them.</summary>
public sealed class ConnectionAgeTests
{
    private const int Callers = 4, Connections = 4;
    private const string OldAfter = "grpc.max_connection_age_ms=500";

    // Only guards against a call that never ends.
    private static CallOptions Options => new(deadline: DateTime.UtcNow.AddMinutes(2), cancellationToken: TestContext.Current.CancellationToken);

    /// <summary>C core says which calls it has not seen, and those are sent again unasked; and what is open may end.</summary>
    [Fact]
    public async Task GrpcioServer_WhenItsConnectionsGrowOld_GetsEveryCall()
    {
        await using var server = new PeerServer(new Grpcio(), OldAfter);
        await using var tap = new WireTap(await server.PortAsync());
        using var channel = GrpcChannel.ForAddress(tap.Address);
        using var open = new TestService.TestServiceClient(channel).FullDuplexCall(Options);
        await PingAsync();

        await CallOnAsync(tap, channel);

        await PingAsync();
        await open.RequestStream.CompleteAsync();
        Assert.False(await open.ResponseStream.MoveNext(TestContext.Current.CancellationToken));

        async Task PingAsync()
        {
            await open.RequestStream.WriteAsync(new StreamingOutputCallRequest { ResponseParameters = { new ResponseParameters { Size = 9 } } });
            Assert.True(await open.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
        }
    }

    /// <summary>
    /// grpc-js closes an old connection without a word on calls that were on their way: those are UNAVAILABLE. And it
    /// says twice that it will close, which SocketsHttpHandler takes for a fault where a ping of its own is out between
    /// the two: INTERNAL. Only who made a call knows that it may be made again.
    /// </summary>
    [Fact]
    public async Task GrpcJsServer_WhenItsConnectionsGrowOld_GetsEveryCallWithRetries()
    {
        var retries = new RetryPolicy
        {
            MaxAttempts = 5,
            InitialBackoff = TimeSpan.FromMilliseconds(10),
            MaxBackoff = TimeSpan.FromMilliseconds(100),
            BackoffMultiplier = 2,
            RetryableStatusCodes = { StatusCode.Unavailable, StatusCode.Internal },
        };
        var config = new ServiceConfig { MethodConfigs = { new MethodConfig { Names = { MethodName.Default }, RetryPolicy = retries } } };
        await using var server = new PeerServer(new GrpcJs(), OldAfter);
        await using var tap = new WireTap(await server.PortAsync());
        using var channel = GrpcChannel.ForAddress(tap.Address, new GrpcChannelOptions { ServiceConfig = config });

        await CallOnAsync(tap, channel);
    }

    private static async Task CallOnAsync(WireTap tap, GrpcChannel channel)
    {
        var client = new TestService.TestServiceClient(channel);
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(async _ =>
        {
            while (tap.Connections < Connections)
            {
                var response = await client.UnaryCallAsync(new SimpleRequest { ResponseSize = 10_000 }, Options);
                Assert.Equal(10_000, response.Payload.Body.Length);
            }
        }));

        Assert.True(tap.Frames(Http2FrameType.GoAway, isRequest: false) >= Connections - 1);
    }
}
