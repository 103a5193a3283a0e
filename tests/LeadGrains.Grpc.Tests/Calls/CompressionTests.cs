using System.IO.Compression;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Compression;
using LeadGrains.Grpc.Tests.V1;

namespace LeadGrains.Grpc.Tests.Calls;

public class CompressionTests
{
    private static readonly Words Large = new() { Text = new string('x', 10_000) };
    private static readonly byte[] Good = Frames.Of(Large);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory(Timeout = TestServer.Patience)]
    [InlineData("gzip", "deflate")]
    [InlineData("deflate", "gzip")]
    [InlineData("identity", "identity")]
    public async Task Calls_WhenBothSidesCompress_CarryTheSameMessages(string request, string response)
    {
        await using var server = await TestServer.StartAsync(options: options => options.ResponseCompressionAlgorithm = response);
        var headers = Requesting(request);

        Assert.Equal(Large, await server.Client.SayAsync(Large, headers, cancellationToken: Token));
        using var chat = server.Client.Chat(headers, cancellationToken: Token);
        for (var i = 0; i < 6; i++)
        {
            chat.RequestStream.WriteOptions = new WriteOptions(i % 2 == 0 ? WriteFlags.NoCompress : default);
            var sent = i == 3 ? new Words() : Large;
            await chat.RequestStream.WriteAsync(sent, Token);
            Assert.True(await chat.ResponseStream.MoveNext(Token));
            Assert.Equal(sent, chat.ResponseStream.Current);
        }

        await chat.RequestStream.CompleteAsync();
        Assert.False(await chat.ResponseStream.MoveNext(Token));
    }

    [Theory(Timeout = TestServer.Patience)]
    [InlineData("gzip", "identity,gzip", true)]
    [InlineData("gzip", "identity,deflate", false)]
    [InlineData("gzip", null, false)]
    [InlineData("identity", "identity,gzip", false)]
    [InlineData(null, "identity,gzip", false)]
    public async Task Response_WhenTheClientAcceptsTheAlgorithm_IsCompressed(string? algorithm, string? accepted, bool expected)
    {
        await using var server = await TestServer.StartAsync(options: options => options.ResponseCompressionAlgorithm = algorithm);

        var (encoding, flags) = await RawSay(server, accepted);

        Assert.Equal(expected ? algorithm : null, encoding);
        Assert.Equal([(byte)(expected ? 1 : 0)], flags);
    }

    [Theory(Timeout = TestServer.Patience)]
    [InlineData("gzip", "deflate", "deflate")]
    [InlineData(null, "gzip", "gzip")]
    [InlineData("gzip", "identity", null)]
    [InlineData("gzip", "snappy", null)]
    public async Task Response_WhenTheMethodChooses_IsCompressedSo(string? algorithm, string chosen, string? expected)
    {
        var script = new EchoScript
        {
            Say = async (request, context) =>
            {
                await context.WriteResponseHeadersAsync(Requesting(chosen));
                return request;
            },
        };
        await using var server = await TestServer.StartAsync(script, options => options.ResponseCompressionAlgorithm = algorithm);

        var (encoding, flags) = await RawSay(server, "identity,gzip,deflate,snappy");

        Assert.Equal(expected, encoding);
        Assert.Equal([(byte)(expected is null ? 0 : 1)], flags);
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Response_WhenAMessageIsNotToBeCompressed_IsSentPlain()
    {
        var script = new EchoScript
        {
            Repeat = async (request, responses, context) =>
            {
                for (var i = 0; i < request.Number; i++)
                {
                    context.WriteOptions = new WriteOptions(i % 2 == 0 ? WriteFlags.NoCompress : WriteFlags.BufferHint);
                    await responses.WriteAsync(Large);
                }
            },
        };
        await using var server = await TestServer.StartAsync(script, options => options.ResponseCompressionAlgorithm = "gzip");

        var (encoding, flags) = await RawSay(server, "gzip", "/echo.v1.Echo/Repeat", Frames.Of(new Words { Number = 4 }));
        Assert.Equal("gzip", encoding);
        Assert.Equal([0, 1, 0, 1], flags);
        using var call = server.Client.Repeat(new Words { Number = 4 }, cancellationToken: Token);
        Assert.Equal(Enumerable.Repeat(Large, 4), await call.ResponseStream.ReadAllAsync(Token).ToListAsync(Token));
    }

    [Theory(Timeout = TestServer.Patience)]
    [InlineData("identity", 0, "0")]
    [InlineData("gzip", 0, "0")]
    [InlineData("gzip", 1, "13")] // and it is no gzip
    [InlineData("snappy", 0, "0")]
    [InlineData("snappy", 1, "12")]
    [InlineData("identity", 1, "13")]
    [InlineData(null, 1, "13")]
    public async Task Request_WhenItNamesAnEncoding_IsTakenOrRefused(string? encoding, byte flag, string expected)
    {
        await using var server = await TestServer.StartAsync();
        using var http = server.RawClient();
        using var request = Frames.Request("/echo.v1.Echo/Say", Frames.Of(Large.ToByteArray(), flag));
        if (encoding is not null)
            request.Headers.Add("grpc-encoding", encoding);

        using var response = await http.SendAsync(request, Token);

        Assert.Equal(expected, Frames.StatusOf(response));
        if (encoding is null)
            Assert.False(response.Headers.Contains("grpc-accept-encoding"));
        else
            Assert.Equal(["identity,gzip,deflate"], response.Headers.GetValues("grpc-accept-encoding"));
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Request_WhenItIsABomb_IsResourceExhausted()
    {
        await using var server = await TestServer.StartAsync(options: options => options.MaxReceiveMessageSize = 50_000);
        using var channel = GrpcChannel.ForAddress(server.Address);
        var bomb = new Words { Payload = ByteString.CopyFrom(new byte[30_000_000]) };

        var failure = await Assert.ThrowsAsync<RpcException>(() => new Echo.EchoClient(channel).SayAsync(bomb, Requesting("gzip"), cancellationToken: Token).ResponseAsync);

        Assert.Equal(StatusCode.ResourceExhausted, failure.StatusCode);
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Request_WhenCompressed_IsSmallOnTheWire()
    {
        var seen = new TaskCompletionSource<string>();
        await using var server = await TestServer.StartAsync(
            _ => { },
            app => Microsoft.AspNetCore.Builder.RunExtensions.Run(app, async context =>
            {
                var body = new MemoryStream();
                await context.Request.Body.CopyToAsync(body, Token);
                var headers = context.Request.Headers;
                seen.SetResult($"{headers["grpc-encoding"]} {headers["grpc-accept-encoding"]} {headers["grpc-internal-encoding-request"]} {body.ToArray()[0]} {body.Length < 1_000}");
            }));

        foreach (var (flags, expected) in new[] { (default(WriteFlags), "gzip identity,gzip,deflate  1 True"), (WriteFlags.NoCompress, "gzip identity,gzip,deflate  0 False") })
        {
            seen = new TaskCompletionSource<string>();
            await Assert.ThrowsAsync<RpcException>(() => server.Client.SayAsync(Large, new CallOptions(Requesting("gzip"), writeOptions: new WriteOptions(flags), cancellationToken: Token)).ResponseAsync);
            Assert.Equal(expected, await seen.Task);
        }
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Providers_WhenGiven_ReplaceTheDefaults()
    {
        IList<ICompressionProvider> providers = [new NamedProvider("own", new GzipCompressionProvider(CompressionLevel.Optimal))];
        await using var server = await TestServer.StartAsync(options: options =>
        {
            options.CompressionProviders = providers;
            options.ResponseCompressionAlgorithm = "own";
            options.ResponseCompressionLevel = CompressionLevel.SmallestSize;
        });
        using var channel = GrpcChannel.ForAddress(server.Address, new GrpcChannelOptions { CompressionProviders = providers });

        Assert.Equal(Large, await new Echo.EchoClient(channel).SayAsync(Large, Requesting("own"), cancellationToken: Token));
        var unknown = Assert.Throws<RpcException>(() => new Echo.EchoClient(channel).SayAsync(Large, Requesting("gzip"), cancellationToken: Token));
        Assert.Equal(StatusCode.Internal, unknown.StatusCode);
        var refused = await Assert.ThrowsAsync<RpcException>(() => server.Client.SayAsync(Large, Requesting("gzip"), cancellationToken: Token).ResponseAsync);
        Assert.Equal(StatusCode.Unimplemented, refused.StatusCode);
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Server_WhenItsAlgorithmHasNoProvider_DoesNotStart() =>
        await Assert.ThrowsAsync<InvalidOperationException>(() => TestServer.StartAsync(options: options => options.ResponseCompressionAlgorithm = "snappy"));

    private static Metadata Requesting(string algorithm) => new() { { "grpc-internal-encoding-request", algorithm } };

    private static async Task<(string? Encoding, List<byte> Flags)> RawSay(TestServer server, string? accepted, string path = "/echo.v1.Echo/Say", byte[]? body = null)
    {
        using var http = server.RawClient();
        using var request = Frames.Request(path, body ?? Good);
        if (accepted is not null)
            request.Headers.Add("grpc-accept-encoding", accepted);
        using var response = await http.SendAsync(request, Token);
        var rest = (await response.Content.ReadAsByteArrayAsync(Token)).AsMemory();
        Assert.Equal("0", Frames.StatusOf(response));
        Assert.False(response.Headers.Contains("grpc-internal-encoding-request"));
        var flags = new List<byte>();
        for (; !rest.IsEmpty; rest = rest[(5 + System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(rest.Span[1..]))..])
            flags.Add(rest.Span[0]);
        return (response.Headers.TryGetValues("grpc-encoding", out var encoding) ? encoding.Single() : null, flags);
    }

    private sealed class NamedProvider(string name, ICompressionProvider inner) : ICompressionProvider
    {
        public string EncodingName => name;

        public Stream CreateCompressionStream(Stream stream, CompressionLevel? compressionLevel) => inner.CreateCompressionStream(stream, compressionLevel);

        public Stream CreateDecompressionStream(Stream stream) => inner.CreateDecompressionStream(stream);
    }
}
