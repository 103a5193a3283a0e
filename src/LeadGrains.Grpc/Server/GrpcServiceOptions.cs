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
}
