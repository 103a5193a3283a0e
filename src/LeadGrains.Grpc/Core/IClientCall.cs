namespace Grpc.Core;

/// <summary>The part of a client's call that is the same for all four kinds.</summary>
internal interface IClientCall : IDisposable
{
    Task<Metadata> ResponseHeadersAsync { get; }

    Status GetStatus();

    Metadata GetTrailers();
}

/// <summary>A call made of delegates: the calls that tests and wrappers make by hand.</summary>
internal sealed class DelegatedCall(Task<Metadata> headers, Func<Status> status, Func<Metadata> trailers, Action dispose) : IClientCall
{
    public Task<Metadata> ResponseHeadersAsync => headers;

    public Status GetStatus() => status();

    public Metadata GetTrailers() => trailers();

    public void Dispose() => dispose();
}
