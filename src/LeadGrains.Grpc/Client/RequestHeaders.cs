using System.Net;
using System.Reflection;
using Grpc.Core;
using Grpc.Wire;

namespace Grpc.Net.Client.Internal;

/// <summary>Makes the HTTP request of a call.</summary>
internal static class RequestHeaders
{
    private static readonly string UserAgent =
        $"grpc-dotnet-http/{typeof(RequestHeaders).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0]}";

    /// <exception cref="RpcException">INTERNAL: a value of the metadata cannot be sent.</exception>
    public static HttpRequestMessage Build(Uri uri, string? host, RequestContent content, string acceptEncoding, Metadata? metadata, TimeSpan? timeout)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, uri)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = content,
        };
        var headers = request.Headers;
        if (host is not null)
            headers.Host = host;
        headers.TryAddWithoutValidation("te", "trailers");
        headers.TryAddWithoutValidation("user-agent", UserAgent);
        headers.TryAddWithoutValidation(ProtocolNames.AcceptEncoding, acceptEncoding);
        if (timeout is { } length)
            headers.TryAddWithoutValidation(ProtocolNames.Timeout, GrpcTimeout.Format(length));
        if (metadata is not null)
            Add(request, metadata);
        return request;
    }

    /// <exception cref="RpcException">INTERNAL: a value of the metadata cannot be sent.</exception>
    public static void Add(HttpRequestMessage request, Metadata metadata)
    {
        foreach (var entry in metadata)
        {
            if (entry.Key == ProtocolNames.EncodingRequest)
                request.Headers.TryAddWithoutValidation(ProtocolNames.Encoding, MetadataWire.Send(entry));
            else if (!ProtocolNames.IsOwn(entry.Key))
                request.Headers.TryAddWithoutValidation(entry.Key, MetadataWire.Send(entry));
        }
    }
}
