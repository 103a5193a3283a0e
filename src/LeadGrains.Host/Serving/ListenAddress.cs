using System.Net;

namespace LeadGrains.Host.Serving;

/// <summary>Reads ADDR:PORT.</summary>
internal static class ListenAddress
{
    /// <summary>An IP address, `localhost` for the loopback, or `*` for all interfaces, with a port; 0 takes a free one.</summary>
    public static bool TryRead(string text, out IPEndPoint endpoint)
    {
        endpoint = new IPEndPoint(IPAddress.Loopback, 0);
        var colon = text.LastIndexOf(':');
        if (colon <= 0)
        {
            return false;
        }

        var host = text[..colon];
        var address = host switch
        {
            "localhost" => IPAddress.Loopback.ToString(),
            "*" => IPAddress.Any.ToString(),
            _ => host,
        };

        // An IPv6 address has colons of its own: only with brackets is it clear where the port begins.
        if (address.Contains(':', StringComparison.Ordinal) && !(address[0] == '[' && address[^1] == ']'))
        {
            return false;
        }

        if (!IPEndPoint.TryParse(address + text[colon..], out var read))
        {
            return false;
        }

        endpoint = read;
        return true;
    }
}
