using System.Runtime.InteropServices;

namespace Grpc.Core;

#pragma warning disable CA1068 // The order of the parameters is the official package's.
/// <summary>What a client may say about one call.</summary>
/// <param name="headers">Metadata before the first message.</param>
/// <param name="deadline">The instant (UTC) at which the call ends with DEADLINE_EXCEEDED; null for never.</param>
/// <param name="cancellationToken">Cancels the call on both sides.</param>
/// <param name="writeOptions">Wishes about the request messages.</param>
/// <param name="propagationToken">The served call that makes this one; no server of this library gives one.</param>
/// <param name="credentials">What proves this call's caller, beside the channel's credentials.</param>
[StructLayout(LayoutKind.Auto)]
public readonly struct CallOptions(
    Metadata? headers = null,
    DateTime? deadline = null,
    CancellationToken cancellationToken = default,
    WriteOptions? writeOptions = null,
    ContextPropagationToken? propagationToken = null,
    CallCredentials? credentials = null)
#pragma warning restore CA1068
{
    /// <summary>Metadata before the first message.</summary>
    public Metadata? Headers { get; private init; } = headers;

    /// <summary>The instant at which the call ends with DEADLINE_EXCEEDED; null for never.</summary>
    public DateTime? Deadline { get; private init; } = deadline;

    /// <summary>Cancels the call on both sides.</summary>
    public CancellationToken CancellationToken { get; private init; } = cancellationToken;

    /// <summary>Wishes about the request messages.</summary>
    public WriteOptions? WriteOptions { get; private init; } = writeOptions;

    /// <summary>The served call that makes this one.</summary>
    public ContextPropagationToken? PropagationToken { get; private init; } = propagationToken;

    /// <summary>What proves this call's caller, beside the channel's credentials.</summary>
    public CallCredentials? Credentials { get; private init; } = credentials;

    /// <summary>True if the call waits for a server that can be reached, until its deadline, instead of failing with UNAVAILABLE.</summary>
    public bool IsWaitForReady { get; private init; }

    /// <summary>The same options with other headers.</summary>
    public CallOptions WithHeaders(Metadata headers) => this with { Headers = headers };

    /// <summary>The same options with another deadline.</summary>
    public CallOptions WithDeadline(DateTime deadline) => this with { Deadline = deadline };

    /// <summary>The same options with another token.</summary>
    public CallOptions WithCancellationToken(CancellationToken cancellationToken) => this with { CancellationToken = cancellationToken };

    /// <summary>The same options with other wishes about messages.</summary>
    public CallOptions WithWriteOptions(WriteOptions writeOptions) => this with { WriteOptions = writeOptions };

    /// <summary>The same options on behalf of another served call.</summary>
    public CallOptions WithPropagationToken(ContextPropagationToken propagationToken) => this with { PropagationToken = propagationToken };

    /// <summary>The same options with other credentials.</summary>
    public CallOptions WithCredentials(CallCredentials credentials) => this with { Credentials = credentials };

    /// <summary>The same options, waiting for a server that can be reached or not.</summary>
    public CallOptions WithWaitForReady(bool waitForReady = true) => this with { IsWaitForReady = waitForReady };
}
