using LeadGrains.Grpc.Interop.Tests.Cases;
using LeadGrains.Grpc.Interop.Tests.Peers;
using LeadGrains.Grpc.Interop.Tests.Service;

namespace LeadGrains.Grpc.Interop.Tests;

/// <summary>grpcio's client and our server. The client's process is started once, by the first test.</summary>
public sealed class GrpcioClientTests(CaseTable table, GrpcioClientTests.Peer peer) : IClassFixture<GrpcioClientTests.Peer>
{
    private const string Noise =
        "grpcio's client cannot leave one message of a compressed call plain; C core does so with one that does not shrink, so the second message is noise.";

    [Theory]
    [MemberData(nameof(CaseList.Described), MemberType = typeof(CaseList))]
    [MemberData(nameof(CaseList.Further), MemberType = typeof(CaseList))]
    [MemberData(nameof(CaseList.OfOurServer), MemberType = typeof(CaseList))]
    public Task GrpcioClient_WhenItCallsOurServer_Passes(string name) => table.RunAsync(
        "grpcio → ours", name, () => peer.Client.CheckAsync(name), name == "client_compressed_streaming" ? Noise : null);

    public sealed class Peer : IAsyncDisposable
    {
        internal PeerClient Client { get; } = new(new Grpcio());

        public ValueTask DisposeAsync() => Client.DisposeAsync();
    }
}

/// <summary>grpc-js's client and our server.</summary>
public sealed class GrpcJsClientTests(CaseTable table, GrpcJsClientTests.Peer peer) : IClassFixture<GrpcJsClientTests.Peer>
{
    [Theory]
    [MemberData(nameof(CaseList.Described), MemberType = typeof(CaseList))]
    [MemberData(nameof(CaseList.Further), MemberType = typeof(CaseList))]
    [MemberData(nameof(CaseList.OfOurServer), MemberType = typeof(CaseList))]
    public Task GrpcJsClient_WhenItCallsOurServer_Passes(string name) =>
        table.RunAsync("grpc-js → ours", name, () => peer.Client.CheckAsync(name));

    public sealed class Peer : IAsyncDisposable
    {
        internal PeerClient Client { get; } = new(new GrpcJs());

        public ValueTask DisposeAsync() => Client.DisposeAsync();
    }
}

/// <summary>Our client and grpcio's server.</summary>
public sealed class GrpcioServerTests(CaseTable table, GrpcioServerTests.Peer peer) : IClassFixture<GrpcioServerTests.Peer>
{
    private const string Probe =
        "grpcio's server cannot tell whether a request is compressed, so it does not refuse the probe; the flags were seen on the wire.";

    private const string Joined =
        "HttpClient sends all values of a key in one field, and C core takes no commas in that of a -bin key, so there is one value of bytes.";

    [Theory]
    [MemberData(nameof(CaseList.Described), MemberType = typeof(CaseList))]
    [MemberData(nameof(CaseList.Further), MemberType = typeof(CaseList))]
    public Task GrpcioServer_WhenOurClientCalls_Passes(string name) =>
        table.RunAsync("ours → grpcio", name, () => peer.Server.RunAsync(name, Gaps.RefusedProbe | Gaps.JoinedBytes), Remark(name));

    private static string? Remark(string name) => name switch
    {
        "client_compressed_unary" or "client_compressed_streaming" => Probe,
        "repeated_metadata" => Joined,
        _ => null,
    };

    public sealed class Peer : IAsyncDisposable
    {
        internal PeerServer Server { get; } = new(new Grpcio());

        public ValueTask DisposeAsync() => Server.DisposeAsync();
    }
}

/// <summary>Our client and grpc-js's server.</summary>
public sealed class GrpcJsServerTests(CaseTable table, GrpcJsServerTests.Peer peer) : IClassFixture<GrpcJsServerTests.Peer>
{
    private const string Plain = "grpc-js's server compresses no response; sizes and contents were checked.";

    [Theory]
    [MemberData(nameof(CaseList.Described), MemberType = typeof(CaseList))]
    [MemberData(nameof(CaseList.Further), MemberType = typeof(CaseList))]
    public Task GrpcJsServer_WhenOurClientCalls_Passes(string name) => table.RunAsync(
        "ours → grpc-js", name, () => peer.Server.RunAsync(name, Gaps.CompressedResponses), name is "server_compressed_unary" or "server_compressed_streaming" or "deflate" ? Plain : null);

    public sealed class Peer : IAsyncDisposable
    {
        internal PeerServer Server { get; } = new(new GrpcJs());

        public ValueTask DisposeAsync() => Server.DisposeAsync();
    }
}

/// <summary>Our client and our server.</summary>
public sealed class OwnServerTests(CaseTable table)
{
    [Theory]
    [MemberData(nameof(CaseList.Described), MemberType = typeof(CaseList))]
    [MemberData(nameof(CaseList.Further), MemberType = typeof(CaseList))]
    public async Task OurServer_WhenOurClientCalls_Passes(string name)
    {
        await using var host = await TestServiceHost.StartAsync();

        await table.RunAsync("ours → ours", name, () => PeerServer.RunAsync(name, host.Port));
    }

    [Fact]
    public async Task OurServer_WhenItStopsUnderCalls_LosesNone()
    {
        await using var drain = await Drain.StartAsync();

        await table.RunAsync("ours → ours", "drain", () => PeerServer.RunAsync("drain", drain.Tap));
    }
}
