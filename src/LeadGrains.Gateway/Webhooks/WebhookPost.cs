using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;

namespace LeadGrains.Gateway.Webhooks;

/// <summary>
/// Posts one message once. Connects only to addresses that were looked up and found good for that connection; follows no
/// redirect, uses no proxy, keeps no cookie, and passes over what the answer says but its status.
/// </summary>
internal sealed class WebhookPost : IDisposable
{
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan LongestAskedWait = TimeSpan.FromHours(10);

    private readonly WebhookAddresses _addresses;
    private readonly WebhookSettings _settings;
    private readonly TimeProvider _clock;
    private readonly HttpMessageInvoker _http;

    public WebhookPost(WebhookAddresses addresses, WebhookSettings settings, TimeProvider clock)
    {
        _addresses = addresses;
        _settings = settings;
        _clock = clock;
        _http = new HttpMessageInvoker(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            PooledConnectionLifetime = ConnectionLifetime,
            MaxResponseHeadersLength = WebhookLimits.AnswerBytes / 1024,
            MaxResponseDrainSize = WebhookLimits.AnswerBytes,
            ConnectCallback = ConnectAsync,
            ActivityHeadersPropagator = null,
        });
    }

    /// <summary>Posts, and says what came of it. Throws only where it is cancelled.</summary>
    public async Task<WebhookOutcome> SendAsync(WebhookMessage message, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(_settings.Timeout, _clock);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        var began = _clock.GetTimestamp();
        try
        {
            using var request = Request(message);
            using var response = await _http.SendAsync(request, ended.Token);
            var latency = _clock.GetElapsedTime(began);
            await PassOverAsync(response, ended.Token);
            return new WebhookOutcome((int)response.StatusCode, latency, Error(response)) { AskedWait = AskedWait(response) };
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return new WebhookOutcome(0, _clock.GetElapsedTime(began), "no answer in time");
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or SocketException)
        {
            return new WebhookOutcome(0, _clock.GetElapsedTime(began), Words(failure));
        }
    }

    public void Dispose() => _http.Dispose();

    private HttpRequestMessage Request(WebhookMessage message)
    {
        var timestamp = _clock.GetUtcNow().ToUnixTimeSeconds();
        var request = new HttpRequestMessage(HttpMethod.Post, message.Url) { Content = new ByteArrayContent(message.Body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("LeadGrains-Webhooks", "1"));
        request.Headers.Add("webhook-id", message.Id);
        request.Headers.Add("webhook-timestamp", timestamp.ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("webhook-signature", WebhookSecret.Sign(message.Secrets, message.Id, timestamp, message.Body));
        return request;
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var isTls = context.InitialRequestMessage.RequestUri!.Scheme == Uri.UriSchemeHttps;
        var addresses = await _addresses.AllowedAsync(context.DnsEndPoint.Host, isTls, cancellationToken);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, context.DnsEndPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    // A little of it, so that the connection can be used again. The status has said what came of it, whatever comes after.
    private static async Task PassOverAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var passed = new byte[WebhookLimits.AnswerBytes];
        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
            _ = await body.ReadAtLeastAsync(passed, passed.Length, throwOnEndOfStream: false, cancellationToken);
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException or SocketException or OperationCanceledException)
        {
            // This connection will not be used again.
        }
    }

    private static string Error(HttpResponseMessage response) => response.IsSuccessStatusCode
        ? ""
        : (int)response.StatusCode is >= StatusCodes.Status300MultipleChoices and < StatusCodes.Status400BadRequest
        ? "redirects are not followed"
        : "refused by the receiver";

    private TimeSpan AskedWait(HttpResponseMessage response)
    {
        var asked = response.Headers.RetryAfter is not { } header ? TimeSpan.Zero
            : header.Delta ?? (header.Date is { } date ? date - _clock.GetUtcNow() : TimeSpan.Zero);
        return asked < TimeSpan.Zero ? TimeSpan.Zero : asked > LongestAskedWait ? LongestAskedWait : asked;
    }

    // No more than what sort of failure it was: what an exception says may quote what the receiver sent.
    private static string Words(Exception failure) => failure switch
    {
        _ when failure is WebhookRefusedException || failure.InnerException is WebhookRefusedException => "the address is not public, and not allowed",
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => "the host was not found",
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => "no trusted TLS connection",
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError, InnerException: SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain } } => "the host was not found",
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } => "no connection",
        _ => "the connection broke",
    };
}

/// <summary>What is posted.</summary>
/// <param name="Url">Where to.</param>
/// <param name="Id">The header webhook-id.</param>
/// <param name="Body">JSON.</param>
/// <param name="Secrets">It is signed with each.</param>
internal sealed record WebhookMessage(Uri Url, string Id, byte[] Body, IReadOnlyList<byte[]> Secrets);

/// <summary>What came of one post.</summary>
/// <param name="Status">Of HTTP; 0 where there was no answer.</param>
/// <param name="Latency">From the connection to the answer's headers.</param>
/// <param name="Error">A few words; empty where it was acknowledged.</param>
internal sealed record WebhookOutcome(int Status, TimeSpan Latency, string Error)
{
    /// <summary>The receiver has it.</summary>
    public bool IsDelivered => Error.Length == 0;

    /// <summary>The receiver wants no more at all.</summary>
    public bool IsGone => Status == StatusCodes.Status410Gone;

    /// <summary>How long the receiver asks to be left alone.</summary>
    public TimeSpan AskedWait { get; init; }
}
