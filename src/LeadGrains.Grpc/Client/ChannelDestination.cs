using Grpc.Net.Client.Balancer;
using Grpc.Net.Client.Configuration;

namespace Grpc.Net.Client.Internal;

/// <summary>What a channel's address means.</summary>
/// <param name="Address">Scheme http or https, host and port; a placeholder where <paramref name="Resolver"/> finds them.</param>
/// <param name="IsSecure">True for TLS.</param>
/// <param name="Resolver">Finds the addresses; null if there is only this one.</param>
/// <param name="Given">The address as it was given.</param>
internal sealed record ChannelDestination(Uri Address, bool IsSecure, ResolverFactory? Resolver, Uri Given)
{
    private static readonly Uri Placeholder = new("http://addresses.invalid");

    /// <exception cref="InvalidOperationException">Nothing finds addresses of this scheme, or the options contradict it.</exception>
    public static ChannelDestination Of(Uri address, GrpcChannelOptions options)
    {
        var isSecure = CheckSecurity(address, options);
        if (IsHttp(address))
            return new ChannelDestination(new Uri(address.GetLeftPart(UriPartial.Authority)), isSecure, Resolver: null, address);
        if (options.HttpClient is not null)
            throw new InvalidOperationException("A channel of several addresses takes an HttpHandler, since an HttpClient may not connect by itself.");
        var factories = (IEnumerable<ResolverFactory>?)options.ServiceProvider?.GetService(typeof(IEnumerable<ResolverFactory>)) ?? [];
        var resolver = factories.Append(new DnsResolverFactory(Timeout.InfiniteTimeSpan))
            .FirstOrDefault(factory => string.Equals(factory.Name, address.Scheme, StringComparison.OrdinalIgnoreCase));
        return new ChannelDestination(Placeholder, isSecure, resolver ?? throw NoResolver(address), address);
    }

    public EndpointSet EndpointsOf(GrpcChannel channel)
    {
        var port = IsSecure ? 443 : 80;
        var authority = Resolver!.AuthorityOf(Given, port);
        return new EndpointSet(
            async token => [.. (await Resolver.ResolveAsync(Given, port, token)).Select(address => Endpoint.Of(address, IsSecure, authority))],
            Resolver.Lifetime,
            TakesTurns(channel.Options.ServiceConfig),
            channel);
    }

    private static bool CheckSecurity(Uri address, GrpcChannelOptions options)
    {
        if (options.Credentials is not { } credentials)
        {
            return IsHttp(address)
                ? address.Scheme == Uri.UriSchemeHttps
                : throw new InvalidOperationException($"'{address}' does not say whether to use TLS: set {nameof(GrpcChannelOptions.Credentials)}.");
        }

        if (IsHttp(address) && credentials.IsSecure != (address.Scheme == Uri.UriSchemeHttps))
            throw new InvalidOperationException($"The credentials of the channel contradict '{address}', of which one says TLS and the other not.");
        if (credentials is { IsSecure: false, Calls: not null } && !options.UnsafeUseInsecureChannelCallCredentials)
            throw new InvalidOperationException($"Call credentials need TLS, or {nameof(GrpcChannelOptions.UnsafeUseInsecureChannelCallCredentials)}.");
        return credentials.IsSecure;
    }

    private static bool TakesTurns(ServiceConfig? config)
    {
        var policies = config?.LoadBalancingConfigs.Select(policy => policy.PolicyName).ToList() ?? [];
        var known = policies.Find(name => name is LoadBalancingConfig.PickFirstPolicyName or LoadBalancingConfig.RoundRobinPolicyName);
        if (known is null && policies.Count > 0)
            throw new InvalidOperationException($"No load balancing policy is known of: {string.Join(", ", policies)}.");
        return known == LoadBalancingConfig.RoundRobinPolicyName;
    }

    private static bool IsHttp(Uri address) => address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps;

    private static InvalidOperationException NoResolver(Uri address) => new($"Nothing finds the addresses of '{address}': no resolver has the scheme '{address.Scheme}'.");
}
