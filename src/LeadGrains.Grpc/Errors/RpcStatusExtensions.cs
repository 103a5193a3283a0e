namespace Grpc.Core;

/// <summary>Ends a call with a rich error.</summary>
public static class RpcStatusExtensions
{
    /// <summary>The exception for a status, whose code and message become the call's; a code that gRPC does not know becomes UNKNOWN.</summary>
    public static RpcException ToRpcException(this Google.Rpc.Status status)
    {
        ArgumentNullException.ThrowIfNull(status);
        var code = (StatusCode)status.Code;
        return status.ToRpcException(Enum.IsDefined(code) ? code : StatusCode.Unknown, status.Message);
    }

    /// <summary>The exception for a status, with a code and a message of the call's own.</summary>
    public static RpcException ToRpcException(this Google.Rpc.Status status, StatusCode statusCode, string message)
    {
        ArgumentNullException.ThrowIfNull(status);
        var trailers = new Metadata();
        trailers.SetRpcStatus(status);
        return new RpcException(new Status(statusCode, message), trailers);
    }
}
