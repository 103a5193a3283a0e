using System.Text;

namespace LeadGrains.Scoring;

/// <summary>From an e-mail address or a claim to the domain that names a company.</summary>
public static class AccountDomain
{
    private const int MaxEmail = 320;

    // A domain is an account's id, and no longer id can be asked for. Bytes of UTF-8. Limits.GrainIdBytes, which this
    // project does not see, must not be smaller.
    internal const int MaxBytes = 128;

    /// <summary>
    /// The registrable domain of an address, lower case. Null for an address that is none, for free mail and no-reply
    /// hosts, which are looked up before the host is reduced, for a host below which others register, and for a domain
    /// of more than 128 bytes of UTF-8, which is too long for an account's id.
    /// </summary>
    public static string? Of(ReadOnlySpan<byte> emailUtf8, FreeMail freeMail) =>
        HostOf(emailUtf8) is { } host && !freeMail.Contains(host) ? Reduce(host) : null;

    /// <summary>The host of an address, lower case. Null for what is no address.</summary>
    public static string? HostOf(ReadOnlySpan<byte> emailUtf8)
    {
        var at = emailUtf8.LastIndexOf((byte)'@');
        return at <= 0 || emailUtf8.Length > MaxEmail || emailUtf8[..at].ContainsAny(" \t\r\n"u8)
            ? null
            : HostName.Normalise(Encoding.UTF8.GetString(emailUtf8[(at + 1)..]));
    }

    /// <summary>How far an address leads.</summary>
    public static AddressReach ReachOf(ReadOnlySpan<byte> emailUtf8, FreeMail freeMail) =>
        HostOf(emailUtf8) is not { } host ? AddressReach.Nowhere
        : freeMail.Contains(host) || Reduce(host) is null ? AddressReach.Person
        : AddressReach.Account;

    /// <summary>The host's public suffix and one label more, lower case. Null for what is no host name, a public suffix itself, or above 128 bytes.</summary>
    public static string? Registrable(string host) => HostName.Normalise(host) is { } name ? Reduce(name) : null;

    /// <summary>A domain that an account claims, lower case. Null unless it is its own registrable domain, of at most 128 bytes.</summary>
    public static string? NormaliseDomain(string claim)
    {
        var name = HostName.Normalise(claim);
        return name is not null && string.Equals(name, Reduce(name), StringComparison.Ordinal) ? name : null;
    }

    private static string? Reduce(string host)
    {
        var suffix = host.Length - PublicSuffixes.List.SuffixLength(host);
        if (suffix == 0)
            return null;
        var label = host.LastIndexOf('.', suffix - 2) + 1;
        var domain = host[label..];
        return Encoding.UTF8.GetByteCount(domain) > MaxBytes ? null : domain;
    }
}
