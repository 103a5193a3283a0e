using LeadGrains.Grpc.Interop.Tests.Cases;
using LeadGrains.Grpc.Interop.Tests.Peers;
using LeadGrains.Grpc.Interop.Tests.Service;

namespace LeadGrains.Grpc.Interop.Tests;

/// <summary>
/// The grpc project's interop cases between LeadGrains.Grpc and libraries that others wrote, in both directions.
/// Each class starts its peer once.
/// </summary>
public sealed class GrpcioClientTests(CaseTable table, GrpcioClientTests.Peer peer) : IClassFixture<GrpcioClientTests.Peer>
{
    [Theory]
    [MemberData(nameof(CaseList.Names), MemberType = typeof(CaseList))]
    public Task GrpcioClient_WhenItCallsOurServer_Passes(string name) => table.RunAsync(
        "grpcio → ours", name, () => peer.Client.CheckAsync(name), remark: name == "client_compressed_streaming" ? "1" : null);

    public sealed class Peer : IAsyncDisposable
    {
        internal PeerClient Client { get; } = new(new Grpcio());

        public ValueTask DisposeAsync() => Client.DisposeAsync();
    }
}

public sealed class GrpcJsClientTests(CaseTable table, GrpcJsClientTests.Peer peer) : IClassFixture<GrpcJsClientTests.Peer>
{
    [Theory]
    [MemberData(nameof(CaseList.Names), MemberType = typeof(CaseList))]
    public Task GrpcJsClient_WhenItCallsOurServer_Passes(string name) =>
        table.RunAsync("grpc-js → ours", name, () => peer.Client.CheckAsync(name));

    public sealed class Peer : IAsyncDisposable
    {
        internal PeerClient Client { get; } = new(new GrpcJs());

        public ValueTask DisposeAsync() => Client.DisposeAsync();
    }
}

public sealed class GrpcioServerTests(CaseTable table, GrpcioServerTests.Peer peer) : IClassFixture<GrpcioServerTests.Peer>
{
    [Theory]
    [MemberData(nameof(CaseList.Names), MemberType = typeof(CaseList))]
    public Task GrpcioServer_WhenOurClientCalls_Passes(string name) => table.RunAsync(
        "ours → grpcio", name, () => peer.Server.RunAsync(name, Gaps.RefusedProbe), remark: name.StartsWith("client_compressed", StringComparison.Ordinal) ? "2" : null);

    public sealed class Peer : IAsyncDisposable
    {
        internal PeerServer Server { get; } = new(new Grpcio());

        public ValueTask DisposeAsync() => Server.DisposeAsync();
    }
}

public sealed class GrpcJsServerTests(CaseTable table, GrpcJsServerTests.Peer peer) : IClassFixture<GrpcJsServerTests.Peer>
{
    [Theory]
    [MemberData(nameof(CaseList.Names), MemberType = typeof(CaseList))]
    public Task GrpcJsServer_WhenOurClientCalls_Passes(string name) => table.RunAsync(
        "ours → grpc-js", name, () => peer.Server.RunAsync(name, Gaps.CompressedResponses), remark: name.StartsWith("server_compressed", StringComparison.Ordinal) ? "3" : null);

    public sealed class Peer : IAsyncDisposable
    {
        internal PeerServer Server { get; } = new(new GrpcJs());

        public ValueTask DisposeAsync() => Server.DisposeAsync();
    }
}

public sealed class OwnServerTests(CaseTable table)
{
    [Theory]
    [MemberData(nameof(CaseList.Names), MemberType = typeof(CaseList))]
    public async Task OurServer_WhenOurClientCalls_Passes(string name)
    {
        await using var host = await TestServiceHost.StartAsync();

        await table.RunAsync("ours → ours", name, () => PeerServer.RunAsync(name, host.Port));
    }
}
