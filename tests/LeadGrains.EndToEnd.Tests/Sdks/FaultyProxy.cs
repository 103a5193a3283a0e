using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace LeadGrains.EndToEnd.Tests.Sdks;

/// <summary>What the proxy does to one request.</summary>
internal enum Trouble
{
    None,

    /// <summary>429 with Retry-After.</summary>
    TooMany,

    /// <summary>503 with Retry-After.</summary>
    Unavailable,

    /// <summary>The connection ends before the server hears of it.</summary>
    Dropped,

    /// <summary>The server takes it, and the connection ends before its answer.</summary>
    AnswerLost,
}

/// <summary>Stands before a server, which may be another one by and by or none for a while, and makes trouble.</summary>
internal sealed class FaultyProxy : IAsyncDisposable
{
    private readonly WebApplication _proxy;
    private readonly HttpClient _http = new();
    private readonly ConcurrentQueue<Trouble> _troubles;
    private int _requests;

    private FaultyProxy(IEnumerable<Trouble> troubles)
    {
        _troubles = new ConcurrentQueue<Trouble>(troubles);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        _proxy = builder.Build();
        _proxy.Urls.Add("http://127.0.0.1:0");
        _proxy.Run(AnswerAsync);
    }

    /// <summary>The server; null while there is none.</summary>
    public Uri? Target { get; set; }

    public string Address => _proxy.Urls.Single();

    /// <summary>How many requests have come.</summary>
    public int Requests => _requests;

    /// <summary>Troubles that no request has had yet.</summary>
    public int Left => _troubles.Count;

    public static async Task<FaultyProxy> StartAsync(Uri target, params IEnumerable<Trouble> troubles)
    {
        var proxy = new FaultyProxy(troubles) { Target = target };
        await proxy._proxy.StartAsync(TestContext.Current.CancellationToken);
        return proxy;
    }

    public async ValueTask DisposeAsync()
    {
        await _proxy.DisposeAsync();
        _http.Dispose();
    }

    private async Task AnswerAsync(HttpContext http)
    {
        Interlocked.Increment(ref _requests);
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, http.RequestAborted);
        var trouble = _troubles.TryDequeue(out var next) ? next : Trouble.None;
        if (trouble is Trouble.TooMany or Trouble.Unavailable)
        {
            http.Response.StatusCode = trouble == Trouble.TooMany ? StatusCodes.Status429TooManyRequests : StatusCodes.Status503ServiceUnavailable;
            http.Response.Headers.RetryAfter = 1.ToString(CultureInfo.InvariantCulture);
            return;
        }

        if (trouble == Trouble.Dropped || Target is not { } target || !await TryForwardAsync(http, target, body.ToArray(), trouble == Trouble.AnswerLost))
            http.Abort();
    }

    private async Task<bool> TryForwardAsync(HttpContext http, Uri target, byte[] body, bool isLost)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(target, http.Request.Path)) { Content = new ByteArrayContent(body) };
            foreach (var header in http.Request.Headers.Where(header => header.Key is not ("Host" or "Transfer-Encoding" or "Content-Length" or "Connection")))
            {
                if (!request.Headers.TryAddWithoutValidation(header.Key, header.Value.ToArray()))
                    request.Content.Headers.TryAddWithoutValidation(header.Key, header.Value.ToArray());
            }

            using var answer = await _http.SendAsync(request);
            if (isLost)
                return false;
            http.Response.StatusCode = (int)answer.StatusCode;
            http.Response.ContentType = answer.Content.Headers.ContentType?.ToString();
            if (answer.Headers.RetryAfter is { } retryAfter)
                http.Response.Headers.RetryAfter = retryAfter.ToString();
            await http.Response.Body.WriteAsync(await answer.Content.ReadAsByteArrayAsync());
            return true;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
