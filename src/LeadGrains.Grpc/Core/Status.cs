namespace Grpc.Core;

#pragma warning disable CA1815 // The official type compares nothing.
/// <summary>The end of a call: a code and a text for people.</summary>
/// <param name="statusCode">The code.</param>
/// <param name="detail">Text that travels to the peer as <c>grpc-message</c>; empty for none.</param>
/// <param name="debugException">The local cause, if any. It never travels.</param>
public readonly struct Status(StatusCode statusCode, string detail, Exception? debugException)
#pragma warning restore CA1815
{
    /// <summary>Success.</summary>
    public static readonly Status DefaultSuccess = new(StatusCode.OK, "");

    /// <summary>Cancelled, without a text.</summary>
    public static readonly Status DefaultCancelled = new(StatusCode.Cancelled, "");

    /// <summary>A status without a local cause.</summary>
    /// <param name="statusCode">The code.</param>
    /// <param name="detail">Text that travels to the peer as <c>grpc-message</c>; empty for none.</param>
    public Status(StatusCode statusCode, string detail)
        : this(statusCode, detail, debugException: null)
    {
    }

    /// <summary>The code.</summary>
    public StatusCode StatusCode { get; } = statusCode;

    /// <summary>Text for people; empty for none.</summary>
    public string Detail { get; } = detail;

    /// <summary>The local cause, for debugging only.</summary>
    public Exception? DebugException { get; } = debugException;

    /// <inheritdoc/>
    public override string ToString() => DebugException is null
        ? $"Status(StatusCode=\"{StatusCode}\", Detail=\"{Detail}\")"
        : $"Status(StatusCode=\"{StatusCode}\", Detail=\"{Detail}\", DebugException=\"{DebugException.GetType()}: {DebugException.Message}\")";
}
