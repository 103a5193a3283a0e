namespace Grpc.Core;

/// <summary>
/// A call that did not end with OK. Thrown by a client; thrown in a server method, it ends the call with its
/// status and sends its trailers.
/// </summary>
public class RpcException : Exception
{
    /// <summary>A failure without trailers.</summary>
    /// <param name="status">How the call ended.</param>
    public RpcException(Status status)
        : this(status, Metadata.Empty, status.ToString())
    {
    }

    /// <summary>A failure with a message that stays on this side.</summary>
    /// <param name="status">How the call ended.</param>
    /// <param name="message">The exception's own message; it does not travel.</param>
    public RpcException(Status status, string message)
        : this(status, Metadata.Empty, message)
    {
    }

    /// <summary>A failure with trailers.</summary>
    /// <param name="status">How the call ended.</param>
    /// <param name="trailers">Metadata after the last message.</param>
    public RpcException(Status status, Metadata trailers)
        : this(status, trailers, status.ToString())
    {
    }

    /// <summary>A failure with trailers and a message that stays on this side.</summary>
    /// <param name="status">How the call ended.</param>
    /// <param name="trailers">Metadata after the last message.</param>
    /// <param name="message">The exception's own message; it does not travel.</param>
    public RpcException(Status status, Metadata trailers, string message)
        : base(message, status.DebugException)
    {
        ArgumentNullException.ThrowIfNull(trailers);
        Status = status;
        Trailers = trailers;
    }

    /// <summary>How the call ended.</summary>
    public Status Status { get; }

    /// <summary>The code of <see cref="Status"/>.</summary>
    public StatusCode StatusCode => Status.StatusCode;

    /// <summary>Metadata after the last message.</summary>
    public Metadata Trailers { get; }
}
