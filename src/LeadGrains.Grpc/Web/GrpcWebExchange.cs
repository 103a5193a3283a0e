using System.IO.Pipelines;
using Grpc.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Grpc.AspNetCore.Web.Internal;

/// <summary>
/// One gRPC-Web call, shown to the server as a gRPC call: the bodies lose and get their base64, and the trailers
/// go out as the last frame of the body.
/// </summary>
internal sealed class GrpcWebExchange : IRequestBodyPipeFeature, IHttpResponseBodyFeature, IHttpResponseTrailersFeature
{
    private readonly HttpContext _http;
    private readonly string? _contentType;
    private readonly HashSet<string> _headersBefore;
    private readonly IRequestBodyPipeFeature _request;
    private readonly IHttpResponseBodyFeature _response;
    private readonly IHttpResponseTrailersFeature? _trailers;
    private readonly Base64PipeReader? _decoder;
    private readonly Base64PipeWriter? _encoder;
    private Stream? _stream;
    private bool _isEnded;

    public GrpcWebExchange(HttpContext http, GrpcWebContentType requestType, GrpcWebContentType responseType)
    {
        _http = http;
        _contentType = http.Request.ContentType;
        _headersBefore = new HashSet<string>(http.Response.Headers.Keys, StringComparer.OrdinalIgnoreCase);
        _request = http.Features.GetRequiredFeature<IRequestBodyPipeFeature>();
        _response = http.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        _trailers = http.Features.Get<IHttpResponseTrailersFeature>();
        _decoder = requestType.IsText ? new Base64PipeReader(_request.Reader) : null;
        _encoder = responseType.IsText ? new Base64PipeWriter(_response.Writer) : null;
        http.Features.Set<IRequestBodyPipeFeature>(this);
        http.Features.Set<IHttpResponseBodyFeature>(this);
        http.Features.Set<IHttpResponseTrailersFeature>(this);
        http.Request.ContentType = requestType.Plain;
        http.Response.OnStarting(() =>
        {
            if (ProtocolNames.IsGrpc(http.Response.ContentType))
                http.Response.ContentType = responseType.ToString();
            return Task.CompletedTask;
        });
    }

    public PipeReader Reader => _decoder ?? _request.Reader;

    public PipeWriter Writer => _encoder ?? _response.Writer;

    public Stream Stream => _stream ??= Writer.AsStream(leaveOpen: true);

    public IHeaderDictionary Trailers { get; set; } = new HeaderDictionary();

    /// <summary>True if the request is a gRPC-Web call on its way through the server: that needs no HTTP/2.</summary>
    public static bool Carries(HttpContext http) => http.Features.Get<IHttpResponseTrailersFeature>() is GrpcWebExchange;

    public void DisableBuffering() => _response.DisableBuffering();

    public Task StartAsync(CancellationToken cancellationToken = default) => _response.StartAsync(cancellationToken);

    public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) =>
        SendFileFallback.SendFileAsync(Stream, path, offset, count, cancellationToken);

    public async Task CompleteAsync()
    {
        await WriteEndAsync();
        await _response.CompleteAsync();
    }

    /// <summary>Sends the trailers, unless they are sent already.</summary>
    public async Task WriteEndAsync()
    {
        if (_isEnded)
            return;
        _isEnded = true;
        if (Trailers.Count == 0 && !_http.Response.HasStarted)
            TakeTrailersFromHeaders();
        if (Trailers.Count > 0)
            await Writer.WriteAsync(TrailerFrame.Of(Trailers));
    }

    /// <summary>Shows the request as it came to whoever sees it next.</summary>
    public void Detach()
    {
        _http.Request.ContentType = _contentType;
        _http.Features.Set(_request);
        _http.Features.Set(_response);
        _http.Features.Set(_trailers);
        _decoder?.Complete();
        _encoder?.Complete();
    }

    /// <summary>
    /// An answer without a message carries its trailers in the headers. A page of another origin sees only the
    /// headers that it is allowed to, so here they go into the body, too.
    /// </summary>
    private void TakeTrailersFromHeaders()
    {
        var headers = _http.Response.Headers;
        if (!headers.ContainsKey(ProtocolNames.Status))
            return;
        foreach (var name in headers.Keys.Where(name => !_headersBefore.Contains(name) && !IsForHeaders(name)).ToArray())
        {
            Trailers[name] = headers[name];
            headers.Remove(name);
        }
    }

    private static bool IsForHeaders(string name) =>
        ProtocolNames.IsOwn(name)
        && !name.Equals(ProtocolNames.Status, StringComparison.OrdinalIgnoreCase)
        && !name.Equals(ProtocolNames.Message, StringComparison.OrdinalIgnoreCase);
}
