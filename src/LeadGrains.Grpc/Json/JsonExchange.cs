using System.Collections.Frozen;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace Grpc.AspNetCore.Json;

/// <summary>
/// One call by HTTP and JSON, shown to the server as a gRPC call: the request gets gRPC's headers and frames, and the
/// frames and trailers of the response become JSON.
/// </summary>
internal sealed class JsonExchange : IRequestBodyPipeFeature, IHttpResponseBodyFeature, IHttpResponseTrailersFeature
{
    private const string GrpcType = "application/grpc";
    private const string Http2 = "HTTP/2";

    /// <summary>What speaks of the body as it came, or of how gRPC may answer.</summary>
    private static readonly FrozenSet<string> NotShown = new[]
    {
        HeaderNames.ContentType, HeaderNames.ContentLength, HeaderNames.ContentEncoding, HeaderNames.TransferEncoding,
        HeaderNames.GrpcEncoding, HeaderNames.GrpcAcceptEncoding,
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private readonly HttpContext _http;
    private readonly Endpoint? _endpoint;
    private readonly IHttpRequestFeature _request;
    private readonly IRequestBodyPipeFeature? _requestBody;
    private readonly IHttpResponseBodyFeature _response;
    private readonly IHttpResponseTrailersFeature? _trailers;
    private readonly JsonAnswer _answer;
    private Stream? _stream;
    private int _isEnded;

    public JsonExchange(HttpContext http, JsonRoute route, PipeReader frames, JsonMessages messages)
    {
        _http = http;
        _endpoint = http.GetEndpoint();
        _request = http.Features.GetRequiredFeature<IHttpRequestFeature>();
        _requestBody = http.Features.Get<IRequestBodyPipeFeature>();
        _response = http.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        _trailers = http.Features.Get<IHttpResponseTrailersFeature>();
        _answer = new JsonAnswer(http, _response, route.Method, messages);
        Reader = frames;
        http.Features.Set<IHttpRequestFeature>(AsGrpc(_request, $"/{route.Method.Service.FullName}/{route.Method.Name}"));
        http.Features.Set<IRequestBodyPipeFeature>(this);
        http.Features.Set<IHttpResponseBodyFeature>(this);
        http.Features.Set<IHttpResponseTrailersFeature>(this);
        http.SetEndpoint(route.Endpoint);
    }

    public PipeReader Reader { get; }

    public PipeWriter Writer => _answer;

    public Stream Stream => _stream ??= Writer.AsStream(leaveOpen: true);

    public IHeaderDictionary Trailers { get; set; } = new HeaderDictionary();

    public void DisableBuffering() => _response.DisableBuffering();

    public Task StartAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;

    public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) =>
        SendFileFallback.SendFileAsync(Stream, path, offset, count, cancellationToken);

    public async Task CompleteAsync()
    {
        await WriteEndAsync();
        await _response.CompleteAsync();
    }

    /// <summary>Writes the end of the call, unless it is written already.</summary>
    public async Task WriteEndAsync()
    {
        if (Interlocked.Exchange(ref _isEnded, 1) != 0)
            return;

        // An answer without a message carries its trailers in the headers.
        var status = CallStatus.Read(Trailers) ?? CallStatus.Read(_http.Response.Headers);
        await _answer.EndAsync(status ?? new Google.Rpc.Status { Code = (int)Core.StatusCode.Unknown, Message = "The call has ended without a status." });
    }

    /// <summary>Shows the request as it came to whoever sees it next.</summary>
    public void Detach()
    {
        _http.Features.Set(_request);
        _http.Features.Set(_requestBody);
        _http.Features.Set(_response);
        _http.Features.Set(_trailers);
        _http.SetEndpoint(_endpoint);
        Reader.Complete();
    }

    private static HttpRequestFeature AsGrpc(IHttpRequestFeature request, string path)
    {
        var headers = new HeaderDictionary();
        foreach (var (name, values) in request.Headers)
        {
            if (!NotShown.Contains(name))
                headers[name] = values;
        }

        headers[HeaderNames.ContentType] = GrpcType;
        headers[HeaderNames.TE] = "trailers";
        return new HttpRequestFeature
        {
            Protocol = Http2,
            Scheme = request.Scheme,
            Method = HttpMethods.Post,
            PathBase = "",
            Path = path,
            QueryString = "",
            RawTarget = path,
            Headers = headers,
            Body = Stream.Null,
        };
    }
}
