using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

namespace LeadGrains.Benchmarks.Grpc;

/// <summary>Sends bytes to the plain endpoints over one HTTP/2 connection or more.</summary>
internal sealed class PlainClient(Uri address) : IDisposable
{
    private static readonly MediaTypeHeaderValue Octets = new("application/octet-stream");

    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler { EnableMultipleHttp2Connections = true, AllowAutoRedirect = false, UseCookies = false });
    private readonly Uri _unary = new(address, PlainServer.Unary);

    /// <summary>Posts a body and reads as many bytes back.</summary>
    public async Task UnaryAsync(byte[] body)
    {
        using var response = await PostAsync(_unary, new ByteArrayContent(body));
        var answer = new byte[body.Length];
        using var stream = await response.Content.ReadAsStreamAsync();
        await stream.ReadExactlyAsync(answer);
        await ThrowUnlessAtEndAsync(stream);
    }

    /// <summary>Posts a body and reads it back as often as said.</summary>
    public async Task RepeatAsync(byte[] body, int times)
    {
        using var response = await PostAsync(
            new Uri(address, string.Create(CultureInfo.InvariantCulture, $"{PlainServer.Repeat}?times={times}")), new ByteArrayContent(body));
        using var stream = await response.Content.ReadAsStreamAsync();
        var answer = new byte[body.Length];
        for (var i = 0; i < times; i++)
        {
            await stream.ReadExactlyAsync(answer);
        }
    }

    /// <summary>Sends a body and reads it back, as often as said, on one stream.</summary>
    public async Task ChatAsync(byte[] body, int times)
    {
        using var content = new PingPongContent();
        using var response = await PostAsync(new Uri(address, PlainServer.Chat), content);
        using var stream = await response.Content.ReadAsStreamAsync();
        var requests = await content.Stream;
        var answer = new byte[body.Length];
        for (var i = 0; i < times; i++)
        {
            await requests.WriteAsync(body);
            await requests.FlushAsync();
            await stream.ReadExactlyAsync(answer);
        }

        content.Complete();
        await ThrowUnlessAtEndAsync(stream);
    }

    public void Dispose() => _http.Dispose();

    private static async Task ThrowUnlessAtEndAsync(Stream stream)
    {
        if (await stream.ReadAsync(new byte[1]) != 0)
        {
            throw new InvalidDataException("The answer is longer than was asked for.");
        }
    }

    private async Task<HttpResponseMessage> PostAsync(Uri uri, HttpContent content)
    {
        content.Headers.ContentType = Octets;
        var request = new HttpRequestMessage(HttpMethod.Post, uri)
        {
            Content = content,
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        return (await _http.SendAsync(request, CancellationToken.None)).EnsureSuccessStatusCode();
    }

    /// <summary>A body that is written while its answer is read.</summary>
    private sealed class PingPongContent : HttpContent
    {
        private readonly TaskCompletionSource<Stream> _stream = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _complete = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<Stream> Stream => _stream.Task;

        public void Complete() => _complete.TrySetResult();

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.FlushAsync();
            _stream.TrySetResult(stream);
            await _complete.Task;
        }

        protected override bool TryComputeLength(out long length)
        {
            length = -1;
            return false;
        }
    }
}
