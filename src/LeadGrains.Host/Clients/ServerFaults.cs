using System.Net.Sockets;
using System.Security.Authentication;
using Google.Protobuf.Collections;
using Google.Rpc;
using Grpc.Core;

namespace LeadGrains.Host.Clients;

/// <summary>Says what a failed call means for the person at the keyboard, and what to do.</summary>
internal static class ServerFaults
{
    private const long Http11Required = 0xd; // RFC 9113, section 7

    public static string Explain(RpcException fault, Uri server) => fault.StatusCode switch
    {
        _ when Causes(fault).OfType<AuthenticationException>().FirstOrDefault() is { } failure =>
            $"There is no trusted connection to {Show(server)}: {Sentence(failure.Message)} Check --server and --ca, and --cert if the server asks for one.",
        _ when SpeaksOtherwise(fault, server) =>
            $"Something answers at {Show(server)}, but it does not speak gRPC there: check the port, and https:// for TLS.",
        StatusCode.Unavailable when IsUnreachable(fault) =>
            $"No server answers at {Show(server)}. Start one with `leadgrains serve`, or name another with --server URL.",
        StatusCode.Unavailable when fault.Status.DebugException is not null && server.Scheme == Uri.UriSchemeHttps =>
            $"The server at {Show(server)} ended the connection. If it asks for a client's certificate, give one that it trusts with --cert FILE and --key FILE. If it has stopped, start it again with `leadgrains serve`.",
        StatusCode.Unavailable when fault.Status.DebugException is not null =>
            $"The connection to the server at {Show(server)} broke. If the server has stopped, start it again with `leadgrains serve`. If it never answered, check the port, and https:// for TLS.",
        StatusCode.Unavailable =>
            $"The server at {Show(server)} takes no calls at the moment: {Detail(fault)} Try again in a few seconds.",
        StatusCode.Unauthenticated =>
            $"The server at {Show(server)} wants a key that is in force: give it with --api-key-file FILE, or in the environment variable LEADGRAINS_API_KEY. `leadgrains keys create` makes one.",
        StatusCode.PermissionDenied => Detail(fault),
        StatusCode.ResourceExhausted when fault.GetRpcStatus()?.GetDetail<ErrorInfo>()?.Reason == "KEY_LIMIT" => Detail(fault),
        StatusCode.ResourceExhausted => $"The server is overloaded: {Detail(fault)} Try again, with less at a time.",
        StatusCode.DeadlineExceeded => $"The server at {Show(server)} did not answer in time. Try again.",
        StatusCode.InvalidArgument when Violations(fault) is { Count: > 1 } violations =>
            string.Join(Environment.NewLine, violations.Select(violation => $"  {violation.Description}").Prepend("The server refuses the request:")),
        StatusCode.InvalidArgument or StatusCode.NotFound or StatusCode.FailedPrecondition => Detail(fault),
        StatusCode.Unimplemented => $"The server cannot do that: {Detail(fault)}",
        StatusCode.Internal when fault.Status.DebugException is not null =>
            $"What answers at {Show(server)} does not speak gRPC: {Detail(fault)} Check --server URL.",
        _ => $"The server at {Show(server)} answered {fault.StatusCode}: {Detail(fault)}",
    };

    // An HTTP/1.1 port says so. A TLS port hangs up on what is no TLS, before HTTP/2 has begun; with TLS, that is how a
    // server ends a connection that shows it no certificate, too.
    private static bool SpeaksOtherwise(RpcException fault, Uri server) => Causes(fault).Any(cause =>
        cause is HttpProtocolException { ErrorCode: Http11Required }
        || (cause is HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse } && server.Scheme == Uri.UriSchemeHttp));

    // Whatever else breaks a connection, something listened. With TLS, or a certificate, that one side wants and the
    // other has not, no more than that is seen, and how it shows depends on who is quicker.
    private static bool IsUnreachable(RpcException fault) => Causes(fault).Any(cause => cause is TimeoutException or SocketException
    {
        SocketErrorCode: SocketError.ConnectionRefused or SocketError.TimedOut or SocketError.HostUnreachable or SocketError.NetworkUnreachable
            or SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData or SocketError.AddressNotAvailable,
    });

    private static IEnumerable<Exception> Causes(RpcException fault)
    {
        for (var cause = fault.Status.DebugException ?? fault.InnerException; cause is not null; cause = cause.InnerException)
        {
            yield return cause;
        }
    }

    private static RepeatedField<BadRequest.Types.FieldViolation>? Violations(RpcException fault) =>
        fault.Trailers.GetRpcStatus(ignoreParseError: true)?.GetDetail<BadRequest>()?.FieldViolations;

    private static string Show(Uri server) => server.GetLeftPart(UriPartial.Authority);

    private static string Detail(RpcException fault) => Sentence(fault.Status.Detail);

    private static string Sentence(string text)
    {
        string detail = text.Trim();
        return detail.Length == 0 || detail[^1] is '.' or '!' or '?' ? detail : detail + ".";
    }
}
