using Grpc.Core;

namespace LeadGrains.Gateway.Tests.Calls;

/// <summary>A call that no transport carries.</summary>
internal sealed class StubCallContext(DateTime deadline, CancellationToken cancelled) : ServerCallContext
{
    private readonly Metadata _trailers = [];

    protected override string MethodCore => "/test.Service/Method";

    protected override string HostCore => "localhost";

    protected override string PeerCore => "ipv4:127.0.0.1:1";

    protected override DateTime DeadlineCore => deadline;

    protected override Metadata RequestHeadersCore { get; } = [];

    protected override CancellationToken CancellationTokenCore => cancelled;

    protected override Metadata ResponseTrailersCore => _trailers;

    protected override Status StatusCore { get; set; }

    protected override WriteOptions? WriteOptionsCore { get; set; }

    protected override AuthContext AuthContextCore { get; } = new(null, []);

    protected override Task WriteResponseHeadersAsyncCore(Metadata responseHeaders) => Task.CompletedTask;

    protected override ContextPropagationToken CreatePropagationTokenCore(ContextPropagationOptions? options) =>
        throw new NotSupportedException("Nothing here makes calls of its own.");
}
