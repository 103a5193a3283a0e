using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace LeadGrains.Grpc.Tests.Web;

/// <summary>A real server that answers gRPC-Web, and an HTTP client that knows nothing of gRPC.</summary>
internal sealed class WebServer : IAsyncDisposable
{
    public const string Binary = "application/grpc-web+proto";
    public const string Text = "application/grpc-web-text";

    private readonly TestServer _server;
    private readonly Version _version;

    private WebServer(TestServer server, Version version)
    {
        _server = server;
        _version = version;
        Http = new HttpClient { BaseAddress = server.Address };
    }

    public HttpClient Http { get; }

    public TestServer Server => _server;

    /// <param name="version">1 or 2, of HTTP.</param>
    /// <param name="script">What the methods do.</param>
    /// <param name="map">How the service is mapped; null to enable gRPC-Web for all.</param>
    /// <param name="options">The server's.</param>
    public static async Task<WebServer> StartAsync(
        int version, EchoScript? script = null, Action<WebApplication>? map = null, Action<GrpcServiceOptions>? options = null)
    {
        var server = await TestServer.StartAsync(
            services => services.AddSingleton(script ?? new EchoScript()),
            map ?? MapAll,
            options,
            version == 1 ? HttpProtocols.Http1 : HttpProtocols.Http2);
        return new WebServer(server, version == 1 ? HttpVersion.Version11 : HttpVersion.Version20);
    }

    /// <summary>A request with a body of bytes; those of a text type are the base64 itself.</summary>
    public HttpRequestMessage Request(string method, HttpContent body, string contentType, string? accept = null)
    {
        body.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        var request = new HttpRequestMessage(HttpMethod.Post, "/echo.v1.Echo/" + method)
        {
            Version = _version,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = body,
        };
        if (accept is not null)
            request.Headers.Add("accept", accept);
        return request;
    }

    /// <summary>Sends frames in the encoding of the content type, and reads the whole answer.</summary>
    public Task<WebAnswer> CallAsync(string method, byte[] frames, string contentType, string? accept = null) =>
        CallAsync(Request(method, new ByteArrayContent(IsText(contentType) ? Encoding.ASCII.GetBytes(Convert.ToBase64String(frames)) : frames), contentType, accept));

    public async Task<WebAnswer> CallAsync(HttpRequestMessage request)
    {
        using (request)
        {
            using var response = await Http.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            return await WebAnswer.ReadAsync(response, TestContext.Current.CancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _server.DisposeAsync();
    }

    private static bool IsText(string contentType) => contentType.StartsWith(Text, StringComparison.Ordinal);

    private static void MapAll(WebApplication app)
    {
        app.UseGrpcWeb(new GrpcWebOptions { DefaultEnabled = true });
        app.MapGrpcService<EchoService>();
    }
}
