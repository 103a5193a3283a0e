using System.Collections.Frozen;

namespace Grpc.Wire;

/// <summary>Header names and fixed values of gRPC over HTTP/2.</summary>
internal static class ProtocolNames
{
    public const string Status = "grpc-status";
    public const string Message = "grpc-message";
    public const string Timeout = "grpc-timeout";
    public const string Encoding = "grpc-encoding";
    public const string AcceptEncoding = "grpc-accept-encoding";
    public const string EncodingRequest = "grpc-internal-encoding-request";
    public const string Identity = "identity";
    public const string ContentType = "application/grpc";

    // What the protocol itself sets. It is neither shown as metadata nor taken from metadata.
    private static readonly FrozenSet<string> Own = new[]
    {
        Status, Message, Timeout, Encoding, AcceptEncoding, EncodingRequest, "content-type", "te", "host", "content-length", "connection", "transfer-encoding",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    public static bool IsOwn(string headerName) => headerName.StartsWith(':') || Own.Contains(headerName);

    /// <summary>True for <c>application/grpc</c>, alone or with a message format or parameters behind it.</summary>
    public static bool IsGrpc(string? contentType) =>
        contentType is not null && (contentType == ContentType || IsKindOfGrpc(contentType));

    private static bool IsKindOfGrpc(string contentType) =>
        contentType.StartsWith(ContentType, StringComparison.OrdinalIgnoreCase)
        && (contentType.Length == ContentType.Length || contentType[ContentType.Length] is '+' or ';');
}
