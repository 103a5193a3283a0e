namespace Grpc.Core;

/// <summary>The messages that arrive on a stream.</summary>
/// <typeparam name="T">The message type.</typeparam>
public interface IAsyncStreamReader<out T>
{
    /// <summary>The message that the last <see cref="MoveNext"/> that gave true has read.</summary>
    T Current { get; }

    /// <summary>Waits for the next message; false at the end. One at a time.</summary>
    /// <exception cref="RpcException">The call failed.</exception>
    Task<bool> MoveNext(CancellationToken cancellationToken);
}

/// <summary>Sends messages on a stream, one at a time.</summary>
/// <typeparam name="T">The message type.</typeparam>
public interface IAsyncStreamWriter<in T>
{
    /// <summary>Wishes about the next messages.</summary>
    WriteOptions? WriteOptions { get; set; }

    /// <summary>Sends a message. The task ends when flow control lets the next one be sent.</summary>
    Task WriteAsync(T message);

    /// <summary>Sends a message; cancelling ends the whole call.</summary>
    /// <exception cref="NotSupportedException">The token can be cancelled, and this writer cannot.</exception>
    Task WriteAsync(T message, CancellationToken cancellationToken) => cancellationToken.CanBeCanceled
        ? throw new NotSupportedException("This writer's writes cannot be cancelled.")
        : WriteAsync(message);
}

/// <summary>The client's side of a request stream.</summary>
/// <typeparam name="T">The message type.</typeparam>
public interface IClientStreamWriter<in T> : IAsyncStreamWriter<T>
{
    /// <summary>Says that no further request follows.</summary>
    Task CompleteAsync();
}

/// <summary>The server's side of a response stream. It ends when the method returns.</summary>
/// <typeparam name="T">The message type.</typeparam>
public interface IServerStreamWriter<in T> : IAsyncStreamWriter<T>;
