using System.Net;

namespace Grpc.Net.Client.Balancer;

/// <summary>Finds the addresses of channels whose address has a certain scheme.</summary>
public abstract class ResolverFactory
{
    private protected ResolverFactory()
    {
    }

    /// <summary>The scheme, as in <c>static:///name</c>.</summary>
    public abstract string Name { get; }

    /// <summary>How long the addresses hold; infinite if they hold until one of them fails.</summary>
    internal virtual TimeSpan Lifetime => Timeout.InfiniteTimeSpan;

    /// <summary>The name that servers at all these addresses go by; null if each goes by its own.</summary>
    internal virtual string? AuthorityOf(Uri target, int defaultPort) => null;

    internal abstract Task<IReadOnlyList<BalancerAddress>> ResolveAsync(Uri target, int defaultPort, CancellationToken cancellationToken);
}

/// <summary>Addresses that are known beforehand, for channels to <c>static:///name</c>.</summary>
/// <param name="addressesCallback">Gives the addresses; the argument is the channel's address.</param>
public sealed class StaticResolverFactory(Func<Uri, IEnumerable<BalancerAddress>> addressesCallback) : ResolverFactory
{
    /// <inheritdoc/>
    public override string Name => "static";

    internal override Task<IReadOnlyList<BalancerAddress>> ResolveAsync(Uri target, int defaultPort, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<BalancerAddress>>([.. addressesCallback(target)]);
}

/// <summary>The addresses that the name service gives, for channels to <c>dns:///host:port</c>.</summary>
/// <param name="refreshInterval">How long they hold; infinite to ask again only after one of them could not be reached.</param>
public sealed class DnsResolverFactory(TimeSpan refreshInterval) : ResolverFactory
{
    /// <inheritdoc/>
    public override string Name => "dns";

    internal override TimeSpan Lifetime => refreshInterval;

    internal override string AuthorityOf(Uri target, int defaultPort) => HostAndPort(target, defaultPort).Authority;

    internal override async Task<IReadOnlyList<BalancerAddress>> ResolveAsync(Uri target, int defaultPort, CancellationToken cancellationToken)
    {
        var named = HostAndPort(target, defaultPort);
        var found = await Dns.GetHostAddressesAsync(named.Host, cancellationToken);
        return [.. found.Select(address => new BalancerAddress(address.ToString(), named.Port))];
    }

    // The host stands in the path: dns:[//authority/]host[:port]. A port that the scheme implies is no part of the name.
    private static Uri HostAndPort(Uri target, int defaultPort) =>
        new($"{(defaultPort == 443 ? "https" : "http")}://{target.AbsolutePath.TrimStart('/')}");
}
