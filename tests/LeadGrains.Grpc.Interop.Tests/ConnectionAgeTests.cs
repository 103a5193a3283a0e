using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Testing;
using LeadGrains.Grpc.Interop.Tests.Peers;
using LeadGrains.Grpc.Interop.Tests.Wire;

namespace LeadGrains.Grpc.Interop.Tests;

/// <summary>A server that others wrote asks for a new connection again and again while our client calls it.</summary>
public sealed class ConnectionAgeTests
{
    private const int Callers = 4, Connections = 5;
    private const string OldAfter = "grpc.max_connection_age_ms=200";

    [Fact]
    public async Task GrpcioServer_WhenItsConnectionsGrowOld_GetsEveryCall() => await CallOnAsync(new PeerServer(new Grpcio(), OldAfter));

    private static async Task CallOnAsync(PeerServer peer)
    {
        await using var server = peer;
        await using var tap = new WireTap(await server.PortAsync());
        using var channel = GrpcChannel.ForAddress(tap.Address);
        var client = new TestService.TestServiceClient(channel);
        // Only guards against a call that never ends.
        var options = new CallOptions(deadline: DateTime.UtcNow.AddMinutes(2), cancellationToken: TestContext.Current.CancellationToken);
        using var open = client.FullDuplexCall(options);
        await PingAsync();

        await Task.WhenAll(Enumerable.Range(0, Callers).Select(async _ =>
        {
            while (tap.Connections < Connections)
            {
                var response = await client.UnaryCallAsync(new SimpleRequest { ResponseSize = 10_000 }, options);
                Assert.Equal(10_000, response.Payload.Body.Length);
            }
        }));

        // A stream that was there before any of it still works.
        await PingAsync();
        await open.RequestStream.CompleteAsync();
        Assert.False(await open.ResponseStream.MoveNext(options.CancellationToken));
        Assert.True(tap.Frames(Http2FrameType.GoAway, isRequest: false) >= Connections - 1);

        async Task PingAsync()
        {
            await open.RequestStream.WriteAsync(new StreamingOutputCallRequest { ResponseParameters = { new ResponseParameters { Size = 9 } } });
            Assert.True(await open.ResponseStream.MoveNext(options.CancellationToken));
        }
    }
}
