using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Grpc.Core;
using Grpc.Wire;

namespace Grpc.Net.Client.Internal;

/// <summary>Reads what a response says of the call: its metadata, and its status in headers or trailers.</summary>
internal static class ResponseStatus
{
    /// <summary>How the call ended. The body must have been read to its end.</summary>
    public static Status Read(HttpResponseMessage response)
    {
        if (Find(response.TrailingHeaders.NonValidated) is { } ended)
            return ended;
        return Find(response.Headers.NonValidated) ?? new Status(StatusCode.Unknown, "The response ends without grpc-status.");
    }

    /// <summary>The metadata after the last message.</summary>
    /// <param name="response">The response.</param>
    /// <param name="skipsUnreadable">True to leave out values that cannot be read.</param>
    /// <exception cref="RpcException">INTERNAL: a value cannot be read.</exception>
    public static Metadata ReadTrailers(HttpResponseMessage response, bool skipsUnreadable) =>
        ToMetadata(IsTrailersOnly(response) ? response.Headers.NonValidated : response.TrailingHeaders.NonValidated, skipsUnreadable);

    /// <summary>The metadata before the first message; none if the headers are the whole answer.</summary>
    public static Metadata ReadHeaders(HttpResponseMessage response) =>
        IsTrailersOnly(response) ? [] : ToMetadata(response.Headers.NonValidated);

    /// <summary>The status of a response that consists of headers only, or is none of gRPC; null if a body may follow.</summary>
    public static Status? EarlyEnd(HttpResponseMessage response) => IsTrailersOnly(response) ? Read(response) : Refusal(response);

    /// <summary>The status of a response that is none of gRPC; null if it may be one.</summary>
    public static Status? Refusal(HttpResponseMessage response)
    {
        if (response.StatusCode != HttpStatusCode.OK)
            return IsTrailersOnly(response) ? null : new Status(CodeOf(response.StatusCode), $"The server answered with HTTP status {(int)response.StatusCode}.");
        var type = response.Content.Headers.NonValidated.TryGetValues("Content-Type", out var values) ? values.ToString() : null;
        return ProtocolNames.IsGrpc(type) || IsTrailersOnly(response) ? null : new Status(StatusCode.Unknown, $"The server answered with content type '{type}'.");
    }

    /// <summary>The mapping of the protocol's document "HTTP to gRPC Status Code Mapping".</summary>
    public static StatusCode CodeOf(HttpStatusCode status) => status switch
    {
        HttpStatusCode.BadRequest => StatusCode.Internal,
        HttpStatusCode.Unauthorized => StatusCode.Unauthenticated,
        HttpStatusCode.Forbidden => StatusCode.PermissionDenied,
        HttpStatusCode.NotFound => StatusCode.Unimplemented,
        HttpStatusCode.TooManyRequests => StatusCode.Unavailable,
        HttpStatusCode.BadGateway => StatusCode.Unavailable,
        HttpStatusCode.ServiceUnavailable => StatusCode.Unavailable,
        HttpStatusCode.GatewayTimeout => StatusCode.Unavailable,
        _ => StatusCode.Unknown,
    };

    // One walk over the few that there are costs less than looking up two names.
    private static Status? Find(HttpHeadersNonValidated headers)
    {
        string? code = null;
        var detail = "";
        foreach (var (name, values) in headers)
        {
            if (name == ProtocolNames.Status)
                code = values.ToString();
            else if (name == ProtocolNames.Message)
                detail = PercentEncoding.Decode(values.ToString());
        }

        if (code is null)
            return null;
        var isKnown = int.TryParse(code, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= (int)StatusCode.Unauthenticated;
        return new Status(isKnown ? (StatusCode)number : StatusCode.Unknown, detail);
    }

    private static bool IsTrailersOnly(HttpResponseMessage response) => response.Headers.NonValidated.Contains(ProtocolNames.Status);

    private static Metadata ToMetadata(HttpHeadersNonValidated headers, bool skipsUnreadable = false)
    {
        var metadata = new Metadata();
        foreach (var (name, values) in headers)
        {
            foreach (var value in values)
            {
                try
                {
                    MetadataWire.Receive(metadata, name, value);
                }
                catch (RpcException) when (skipsUnreadable)
                {
                    // Without it there is less to tell.
                }
            }
        }

        return metadata;
    }
}
