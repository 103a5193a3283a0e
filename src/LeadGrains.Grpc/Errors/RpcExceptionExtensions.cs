namespace Grpc.Core;

/// <summary>Reads the rich error of a failed call.</summary>
public static class RpcExceptionExtensions
{
    /// <summary>The status with details in the trailers; null if the server sent none.</summary>
    /// <exception cref="Google.Protobuf.InvalidProtocolBufferException">What the server sent is no status.</exception>
    public static Google.Rpc.Status? GetRpcStatus(this RpcException ex)
    {
        ArgumentNullException.ThrowIfNull(ex);
        return ex.Trailers.GetRpcStatus();
    }
}
