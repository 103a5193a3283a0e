using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.Client;
using LeadGrains.Host.Clients;
using LeadGrains.Host.Serving;
using LeadGrains.Testing;
using LeadGrains.V1;

namespace LeadGrains.Host.Tests.Serving;

/// <summary>What one client may hold at the server that `serve` runs: over TLS, HTTP/2 without it, and HTTP/1.1.</summary>
public sealed class KestrelLimitsTests : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    private readonly TempFolder _folder = new();
    private readonly TestAuthority _authority;
    private RunningServer _server = null!;

    public KestrelLimitsTests() => _authority = new TestAuthority(_folder.Path);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private Uri Tls => Address(endpoint => endpoint is { SpeaksGrpc: true, SpeaksHttp: true });

    private Uri Plain => Address(endpoint => !endpoint.SpeaksHttp);

    private Uri Web => Address(endpoint => !endpoint.SpeaksGrpc);

    public async ValueTask InitializeAsync()
    {
        var certificate = _authority.Issue("server");
        var file = _folder.At("settings.json");
        await File.WriteAllTextAsync(
            file,
            $$"""
            {"Kestrel": {"Endpoints": {
              "Api": {"Url": "https://127.0.0.1:0", "Certificate": {"Path": "{{certificate.File}}", "KeyPath": "{{certificate.KeyFile}}"} },
              "Inside": {"Url": "http://127.0.0.1:0", "Protocols": "Http2"},
              "Pages": {"Url": "http://127.0.0.1:0", "Protocols": "Http1"} } } }
            """,
            Cancelled);
        _server = await RunningServer.StartAsync(
            new ServeSettings
            {
                Data = _folder.At("data"),
                Endpoints = ConfiguredEndpoints.Read(file),
                Grpc = new IPEndPoint(IPAddress.Loopback, 0),
                Http = new IPEndPoint(IPAddress.Loopback, 0),
                LogLevel = Microsoft.Extensions.Logging.LogLevel.None,
            },
            TimeProvider.System,
            Cancelled);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _authority.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Calls_WhenTheirRequestsRest_AreCutOffOnlyIfTheyAreUnary()
    {
        using var tls = new ServerConnection(new ServerTarget(Tls, _authority.File), TimeProvider.System);
        using var plain = new ServerConnection(Plain, TimeProvider.System);
        using var overTls = tls.Ingest.StreamSignals(cancellationToken: Cancelled);
        using var overPlain = plain.Ingest.StreamSignals(cancellationToken: Cancelled);
        await AnswersAsync(overTls, 1);
        await AnswersAsync(overPlain, 1);
        using var resting = new RestingContent("application/grpc-web+proto", Frame(new StreamSignalsRequest { Batch = 1 }));
        var overWeb = PostAsync(Web, "StreamSignals", resting, HttpVersion.Version11);
        await resting.Began;

        // Frames that promise 4 MiB.
        using var promising = new RestingContent("application/grpc", [0, 0, 0x40, 0, 0, 1]);
        var unary = PostAsync(Plain, "RecordSignals", promising, HttpVersion.Version20);
        var unaryWeb = PromiseAsync(Web, "RecordSignals");
        await Task.WhenAll(EndsBadlyAsync(unary), EndsBadlyAsync(unaryWeb));

        // The streams have rested for as long, and the server looks at its clock once in a second.
        await Task.Delay(TimeSpan.FromSeconds(2), Cancelled);
        await AnswersAsync(overTls, 2);
        await AnswersAsync(overPlain, 2);
        resting.End(Frame(new StreamSignalsRequest { Batch = 2 }));
        Assert.Contains("grpc-status: 0", await overWeb.WaitAsync(Limit, Cancelled), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Watches_WhenAConnectionHasAsManyAsItMay_LeaveOthersTheirs()
    {
        using var greedy = Channel(isOne: true);
        using var other = Channel(isOne: false);
        var watches = Enumerable.Range(0, 100).Select(_ => Watch(greedy)).ToList();
        foreach (var watch in watches)
        {
            Assert.True(await watch.ResponseStream.MoveNext(Cancelled).WaitAsync(Limit, Cancelled));
        }

        using var beyond = Watch(greedy);
        var held = beyond.ResponseStream.MoveNext(Cancelled);
        using var others = Watch(other);
        Assert.True(await others.ResponseStream.MoveNext(Cancelled).WaitAsync(Limit, Cancelled));
        await Task.WhenAny(held, Task.Delay(TimeSpan.FromMilliseconds(500), Cancelled));
        Assert.False(held.IsCompleted);

        watches[0].Dispose();
        Assert.True(await held.WaitAsync(Limit, Cancelled));
        watches.ForEach(watch => watch.Dispose());
    }

    [Fact]
    public async Task Connections_WhenNothingComes_AreClosed() =>
        await Task.WhenAll(new[] { Tls, Plain, Web }.Select(async server =>
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, server.Port, Cancelled);
            Assert.Equal(0, await client.GetStream().ReadAsync(new byte[1], Cancelled).AsTask().WaitAsync(Limit, Cancelled));
        }));

    private static AsyncServerStreamingCall<HealthCheckResponse> Watch(GrpcChannel channel) =>
        new Health.HealthClient(channel).Watch(new HealthCheckRequest(), cancellationToken: Cancelled);

    private static async Task AnswersAsync(AsyncDuplexStreamingCall<StreamSignalsRequest, StreamSignalsResponse> call, ulong batch)
    {
        await call.RequestStream.WriteAsync(new StreamSignalsRequest { Batch = batch }, Cancelled);
        Assert.True(await call.ResponseStream.MoveNext(Cancelled).WaitAsync(Limit, Cancelled));
        Assert.Equal(batch, call.ResponseStream.Current.Batch);
    }

    /// <summary>With no answer, or with one that tells of a failure.</summary>
    private static async Task EndsBadlyAsync(Task<string> call)
    {
        try
        {
            Assert.DoesNotContain("grpc-status: 0", await call.WaitAsync(Limit, Cancelled), StringComparison.Ordinal);
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException or OperationCanceledException && !Cancelled.IsCancellationRequested)
        {
        }
    }

    private static async Task<string> PostAsync(Uri server, string method, HttpContent content, Version version)
    {
        using var http = new HttpClient { BaseAddress = server };
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/leadgrains.v1.IngestService/{method}")
        {
            Content = content,
            Version = version,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Headers = { { "te", "trailers" } },
        };
        using var response = await http.SendAsync(request, Cancelled);
        return await response.Content.ReadAsStringAsync(Cancelled);
    }

    // Over HTTP/1.1 HttpClient looks for no answer before it has sent all.
    private static async Task<string> PromiseAsync(Uri server, string method)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, server.Port, Cancelled);
        var stream = client.GetStream();
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes($"POST /leadgrains.v1.IngestService/{method} HTTP/1.1\r\nhost: {server.Authority}\r\ncontent-type: application/grpc-web\r\ncontent-length: 4194309\r\n\r\n"),
            Cancelled);
        await stream.WriteAsync(new byte[] { 0, 0, 0x40, 0, 0, 1 }, Cancelled);
        using var reader = new StreamReader(stream, Encoding.ASCII);
        return await reader.ReadToEndAsync(Cancelled);
    }

    private static byte[] Frame(StreamSignalsRequest message) => [0, 0, 0, 0, (byte)message.CalculateSize(), .. message.ToByteArray()];

    private GrpcChannel Channel(bool isOne) => GrpcChannel.ForAddress(
        Plain,
        new GrpcChannelOptions { HttpHandler = new SocketsHttpHandler { EnableMultipleHttp2Connections = !isOne }, DisposeHttpClient = true });

    private Uri Address(Func<ListeningEndpoint, bool> isWanted) => _server.Endpoints.Single(isWanted).Address;

    /// <summary>A body that begins, and rests until it is told its end.</summary>
    private sealed class RestingContent : HttpContent
    {
        private readonly byte[] _beginning;
        private readonly TaskCompletionSource _began = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource<byte[]> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public RestingContent(string type, byte[] beginning)
        {
            _beginning = beginning;
            Headers.ContentType = new MediaTypeHeaderValue(type);
        }

        public Task Began => _began.Task;

        public void End(byte[] end) => _end.SetResult(end);

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            await stream.WriteAsync(_beginning, cancellationToken);
            await stream.FlushAsync(cancellationToken);
            _began.TrySetResult();
            await stream.WriteAsync(await _end.Task.WaitAsync(cancellationToken), cancellationToken);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
