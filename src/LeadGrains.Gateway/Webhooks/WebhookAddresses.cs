using System.Net;
using System.Net.Sockets;

namespace LeadGrains.Gateway.Webhooks;

/// <summary>
/// Where may be posted to: public addresses over TLS, and the networks that the operator allows. Asked when a subscription
/// is made, and again for every connection: a name may lead elsewhere by then.
/// </summary>
/// <param name="allowed">What the operator allows.</param>
/// <param name="resolve">The addresses of a name.</param>
internal sealed class WebhookAddresses(IReadOnlyList<IPNetwork> allowed, Func<string, CancellationToken, Task<IPAddress[]>> resolve)
{
    /// <summary>Null where all addresses that the name leads to may be posted to; else why not.</summary>
    public async Task<string?> FaultOfAsync(Uri url, CancellationToken cancellationToken)
    {
        IPAddress[] addresses;
        try
        {
            addresses = await ResolveAsync(url.IdnHost, cancellationToken);
        }
        catch (SocketException)
        {
            return "names a host that cannot be found";
        }

        var isTls = url.Scheme == Uri.UriSchemeHttps;
        if (addresses.All(address => MayPost(address, isTls)))
            return null;
        return !isTls && addresses.All(PublicAddresses.Has)
            ? "must begin with https://"
            : "leads to an address that is not public; `serve --webhook-allow CIDR` would allow it";
    }

    /// <summary>The addresses of a name that may be connected to.</summary>
    /// <exception cref="WebhookRefusedException">There is none.</exception>
    public async Task<IPAddress[]> AllowedAsync(string host, bool isTls, CancellationToken cancellationToken)
    {
        var found = await ResolveAsync(host, cancellationToken);
        IPAddress[] may = [.. found.Where(address => MayPost(address, isTls))];
        return may.Length > 0 ? may : throw new WebhookRefusedException();
    }

    private bool MayPost(IPAddress address, bool isTls) => (isTls && PublicAddresses.Has(address)) || IsAllowed(address);

    private bool IsAllowed(IPAddress address)
    {
        var plain = PublicAddresses.Plain(address);
        return allowed.Any(network => network.Contains(address) || network.Contains(plain));
    }

    private async Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken) =>
        IPAddress.TryParse(host.Trim('[', ']'), out var address) ? [address] : await resolve(host, cancellationToken);
}

/// <summary>A subscription's name leads to no address that may be posted to.</summary>
internal sealed class WebhookRefusedException() : IOException("The address is not public, and not allowed.");
