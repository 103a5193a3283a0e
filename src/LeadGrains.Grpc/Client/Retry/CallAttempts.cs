using System.Globalization;
using System.Runtime.ExceptionServices;
using Grpc.Core;

namespace Grpc.Net.Client.Internal;

/// <summary>
/// Sends a call for which one request to one address may not be enough: it picks among addresses, waits for one, adds
/// credentials, and makes the call again as its retry policy says (gRFC A6).
/// </summary>
internal sealed class CallAttempts(ClientCall call, IMethod method, string? host, RequestContent content)
{
    public const string PreviousAttempts = "grpc-previous-rpc-attempts";
    private const string Pushback = "grpc-retry-pushback-ms";

    private readonly GrpcChannel _channel = call.Channel;
    private int _pauses;

    /// <summary>How many attempts failed before the one that counts.</summary>
    public int Failed { get; private set; }

    /// <summary>The response of the attempt that counts, from its headers on.</summary>
    public async Task<HttpResponseMessage> SendAsync()
    {
        if (call.Plan.Retry is not { } retry)
            return await ReachAsync();
        while (true)
        {
            HttpResponseMessage? response = null;
            ExceptionDispatchInfo? failure = null;
            try
            {
                response = await ReachAsync();
            }
            catch (Exception exception) when (!call.IsEnded)
            {
                failure = ExceptionDispatchInfo.Capture(exception);
            }

            var status = response is null ? call.StatusOf(failure!.SourceException) : ResponseStatus.EarlyEnd(response);
            if (status is not { StatusCode: not StatusCode.OK } failed || PauseAfter(failed, response, retry) is not { } pause || !TryRewind())
            {
                (content as ReplayedRequestContent)?.Commit();
                failure?.Throw();
                return response!;
            }

            response?.Dispose();
            Failed++;
            await Task.Delay(pause, _channel.Clock, call.Token);
        }
    }

    /// <summary>Sends the request to an address that can be reached. One that cannot has seen nothing of it, so the next may be tried.</summary>
    private async Task<HttpResponseMessage> ReachAsync()
    {
        var waits = call.Options.IsWaitForReady;
        var endpoints = _channel.Endpoints ?? (waits ? _channel.OwnEndpoint : null);
        while (true)
        {
            var endpoint = endpoints is null ? null : await endpoints.PickAsync(waits, call.Token);
            var request = await BuildAsync(endpoint);
            try
            {
                var response = await _channel.SendAsync(request, call.Token);
                endpoint?.CountSuccess();
                return response;
            }
            catch (Exception exception) when (endpoint is not null && !call.IsEnded && TransportError.IsOfConnecting(exception, onlyConnectingTimesOut: _channel.Options.HttpClient is null))
            {
                endpoints!.LeaveOut(endpoint, exception);
            }
        }
    }

    private async ValueTask<HttpRequestMessage> BuildAsync(Endpoint? endpoint)
    {
        var request = call.BuildRequest(endpoint?.UriOf(method) ?? call.Plan.Uri, host ?? endpoint?.Authority, content);
        if (Failed > 0)
            request.Headers.TryAddWithoutValidation(PreviousAttempts, Failed.ToString(CultureInfo.InvariantCulture));

        // Without TLS everybody on the way could read them.
        if (_channel.Destination.IsSecure || _channel.Options.UnsafeUseInsecureChannelCallCredentials)
        {
            await AddAsync(call.Options.Credentials, request);
            await AddAsync(_channel.Options.Credentials?.Calls, request);
        }

        return request;
    }

    private async ValueTask AddAsync(CallCredentials? credentials, HttpRequestMessage request)
    {
        foreach (var interceptor in credentials?.Interceptors ?? [])
        {
            var server = $"{request.RequestUri!.Scheme}://{request.Headers.Host ?? request.RequestUri.Authority}";
            var metadata = new Metadata();
            await interceptor(new AuthInterceptorContext($"{server}/{method.ServiceName}", method.Name, call.Token), metadata).WaitAsync(call.Token);
            RequestHeaders.Add(request, metadata);
        }
    }

    /// <summary>How long to wait before the call is made again; null if it is not.</summary>
    private TimeSpan? PauseAfter(Status status, HttpResponseMessage? response, RetrySettings retry)
    {
        var isRetryable = retry.Codes.Contains(status.StatusCode);
        var wish = response is not null && response.Headers.NonValidated.TryGetValues(Pushback, out var values) ? values.ToString() : null;

        // What is no number is a server that wants no retry, as a negative one is.
        var pushback = wish is null ? (int?)null : int.TryParse(wish, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : -1;
        if (isRetryable || pushback < 0)
            _channel.RetryThrottle?.CountFailure();
        if (Failed + 1 >= retry.MaxAttempts || pushback < 0 || _channel.RetryThrottle is { StopsRetries: true })
            return null;
        if (pushback is { } milliseconds)
        {
            _pauses = 0;
            return TimeSpan.FromMilliseconds(milliseconds);
        }

        return isRetryable ? retry.Backoff.Pause(_pauses++, _channel.Chance.Next()) : null;
    }

    private bool TryRewind() => content is not ReplayedRequestContent stream || stream.TryRewind();
}
