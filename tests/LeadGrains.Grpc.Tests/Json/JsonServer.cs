using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Grpc.AspNetCore.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace LeadGrains.Grpc.Tests.Json;

/// <summary>A real server that answers HTTP and JSON, and an HTTP client that knows nothing of gRPC.</summary>
internal sealed class JsonServer : IAsyncDisposable
{
    public const int MaxBody = 100_000;

    private readonly Version _version;

    private JsonServer(TestServer server, Version version)
    {
        Server = server;
        _version = version;
        Http = new HttpClient { BaseAddress = server.Address };
    }

    public TestServer Server { get; }

    public HttpClient Http { get; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <param name="script">What the methods do.</param>
    /// <param name="version">1 or 2, of HTTP.</param>
    /// <param name="options">Those of JSON; null for the test's own bound alone.</param>
    public static async Task<JsonServer> StartAsync(LibraryScript? script = null, int version = 1, JsonOptions? options = null)
    {
        var server = await TestServer.StartAsync(
            services => services.AddSingleton(script ?? new LibraryScript()),
            app =>
            {
                // The routes find what is mapped before them and after them.
                app.MapGrpcJson(options ?? new JsonOptions { MaxBodyLength = MaxBody });
                app.MapGrpcService<LibraryService>();
            },
            protocols: version == 1 ? HttpProtocols.Http1 : HttpProtocols.Http2);
        return new JsonServer(server, version == 1 ? HttpVersion.Version11 : HttpVersion.Version20);
    }

    public HttpRequestMessage Request(string method, string path, string? body = null, string contentType = "application/json")
    {
        var request = new HttpRequestMessage(new HttpMethod(method), path) { Version = _version, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            request.Content.Headers.ContentType = contentType.Length == 0 ? null : MediaTypeHeaderValue.Parse(contentType);
        }

        return request;
    }

    /// <summary>Sends a request and reads the whole answer, which is one JSON document.</summary>
    public async Task<(int Status, JsonElement Body)> SendAsync(string method, string path, string? body = null, string contentType = "application/json")
    {
        using var request = Request(method, path, body, contentType);
        using var response = await Http.SendAsync(request, Token);
        Assert.Equal("application/json", response.Content.Headers.ContentType?.ToString());
        return ((int)response.StatusCode, JsonDocument.Parse(await response.Content.ReadAsStringAsync(Token)).RootElement);
    }

    /// <summary>Sends a request and reads the whole answer, one JSON document a line.</summary>
    public async Task<IReadOnlyList<JsonElement>> LinesAsync(HttpRequestMessage request)
    {
        using var response = await Http.SendAsync(request, Token);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("application/x-ndjson", response.Content.Headers.ContentType?.ToString());
        var text = await response.Content.ReadAsStringAsync(Token);
        return [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Server.DisposeAsync();
    }
}
