using System.IO.Compression;
using Grpc.Net.Compression;
using Grpc.Wire;

namespace Grpc.AspNetCore.Server;

/// <summary>What the server allows and tells.</summary>
public class GrpcServiceOptions
{
    internal const int DefaultMaxReceiveMessageSize = 4 * 1024 * 1024;

    /// <summary>The longest request message, in bytes; a longer one ends the call with RESOURCE_EXHAUSTED. 4 MiB unless set; null for any.</summary>
    public int? MaxReceiveMessageSize { get; set; } = DefaultMaxReceiveMessageSize;

    /// <summary>The longest response message, in bytes; a longer one ends the call with RESOURCE_EXHAUSTED. Null, the default, for any.</summary>
    public int? MaxSendMessageSize { get; set; }

    /// <summary>True to tell callers the type and message of unexpected exceptions. Not for production.</summary>
    public bool? EnableDetailedErrors { get; set; }

    /// <summary>The compressions that requests may use and responses can use; gzip and deflate unless set.</summary>
    public IList<ICompressionProvider> CompressionProviders { get; set; } = Compressions.Defaults();

    /// <summary>
    /// The name of the compression of all responses, where the client accepts it; null, the default, for none. A method
    /// can choose another for its call with the response header <c>grpc-internal-encoding-request</c>, and leave a
    /// message uncompressed with <see cref="Core.WriteFlags.NoCompress"/>.
    /// </summary>
    public string? ResponseCompressionAlgorithm { get; set; }

    /// <summary>How hard responses are compressed; null, the default, for the provider's own level.</summary>
    public CompressionLevel? ResponseCompressionLevel { get; set; }

    /// <summary>What stands around every call, the outermost first. Those of one service stand inside those of all.</summary>
    public InterceptorCollection Interceptors { get; } = [];

    /// <summary>Takes over what all services have, before what one has is configured.</summary>
    internal void Inherit(GrpcServiceOptions all)
    {
        MaxReceiveMessageSize = all.MaxReceiveMessageSize;
        MaxSendMessageSize = all.MaxSendMessageSize;
        EnableDetailedErrors = all.EnableDetailedErrors;
        CompressionProviders = [.. all.CompressionProviders];
        ResponseCompressionAlgorithm = all.ResponseCompressionAlgorithm;
        ResponseCompressionLevel = all.ResponseCompressionLevel;
        foreach (var interceptor in all.Interceptors)
            Interceptors.Add(interceptor);
    }
}

/// <summary>What the server allows and tells in one service; where it is not set, the same as in all of them.</summary>
/// <typeparam name="TService">The service class.</typeparam>
public class GrpcServiceOptions<TService> : GrpcServiceOptions
    where TService : class;
