namespace Grpc.AspNetCore.Web;

/// <summary>Says of an endpoint whether it answers gRPC-Web, whatever the default is.</summary>
public interface IGrpcWebEnabledMetadata
{
    /// <summary>True if it does.</summary>
    bool GrpcWebEnabled { get; }
}
