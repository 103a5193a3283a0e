using System.Net;

namespace LeadGrains.Gateway.Webhooks;

/// <summary>
/// Which addresses belong to everybody's internet. All that IANA's registries of special-purpose addresses list are left
/// out, and those at which clouds tell their machines about themselves; an IPv4 address inside an IPv6 one counts as what
/// it is.
/// </summary>
internal static class PublicAddresses
{
    private const int Ipv4Bytes = 4;

    private static readonly IPNetwork[] Special4 = Networks(
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
        "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24",
        "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4", "168.63.129.16/32");

    // Everything outside of 2000::/3 is special, or not given out.
    private static readonly IPNetwork Global6 = IPNetwork.Parse("2000::/3");

    private static readonly IPNetwork[] Special6 = Networks("2001::/23", "2001:db8::/32", "3fff::/20", "2620:4f:8000::/48");

    private static readonly IPNetwork SixToFour = IPNetwork.Parse("2002::/16");
    private static readonly IPNetwork Translated = IPNetwork.Parse("64:ff9b::/96");

    /// <summary>Whether it does.</summary>
    public static bool Has(IPAddress address)
    {
        if (Plain(address) is var plain && plain.GetAddressBytes().Length == Ipv4Bytes)
            return !Array.Exists(Special4, network => network.Contains(plain));
        return Global6.Contains(plain) && !Array.Exists(Special6, network => network.Contains(plain));
    }

    /// <summary>The IPv4 address that an IPv6 one leads to, or the address itself.</summary>
    public static IPAddress Plain(IPAddress address)
    {
        var bytes = address.GetAddressBytes();
        if (bytes.Length == Ipv4Bytes)
            return address;
        if (address.IsIPv4MappedToIPv6 || Translated.Contains(address))
            return new IPAddress(bytes.AsSpan(12, Ipv4Bytes));
        return SixToFour.Contains(address) ? new IPAddress(bytes.AsSpan(2, Ipv4Bytes)) : address;
    }

    private static IPNetwork[] Networks(params string[] networks) => [.. networks.Select(IPNetwork.Parse)];
}
