using System.Buffers;
using Grpc.Core;

namespace Grpc.Wire;

/// <summary>Metadata as HTTP headers: names in lower case, values of <c>-bin</c> names in base64.</summary>
internal static class MetadataWire
{
    private static readonly SearchValues<char> Printable =
        SearchValues.Create([.. Enumerable.Range(' ', '~' - ' ' + 1).Select(c => (char)c)]);

    /// <summary>Adds a received header, unless it is the protocol's own or its name is no metadata key.</summary>
    /// <exception cref="RpcException">INTERNAL: the value of a <c>-bin</c> name is not base64.</exception>
    public static void Receive(Metadata metadata, string name, string value)
    {
        if (ProtocolNames.IsOwn(name) || !Metadata.Entry.IsKey(name))
            return;
        if (!name.EndsWith(Metadata.BinaryHeaderSuffix, StringComparison.OrdinalIgnoreCase))
        {
            metadata.Add(name, value);
            return;
        }

        // Proxies may join the values of a repeated name with commas, which base64 has not.
        foreach (var range in value.AsSpan().Split(','))
            metadata.Add(name, DecodeBase64(name, value.AsSpan(range).Trim()));
    }

    /// <summary>The header value of an entry to send.</summary>
    /// <exception cref="RpcException">INTERNAL: the text is not printable ASCII, so HTTP cannot carry it.</exception>
    public static string Send(Metadata.Entry entry)
    {
        if (entry.IsBinary)
            return Convert.ToBase64String(entry.ValueSpan).TrimEnd('=');
        if (entry.Value.AsSpan().ContainsAnyExcept(Printable))
            throw new RpcException(new Status(StatusCode.Internal, $"The value of metadata '{entry.Key}' is not printable ASCII."));
        return entry.Value;
    }

    private static byte[] DecodeBase64(string name, ReadOnlySpan<char> value)
    {
        // Senders may leave the padding out.
        var padded = value.TrimEnd('=').ToString();
        padded = padded.PadRight((padded.Length + 3) / 4 * 4, '=');
        var octets = new byte[padded.Length / 4 * 3];
        if (!Convert.TryFromBase64String(padded, octets, out var length))
            throw new RpcException(new Status(StatusCode.Internal, $"The value of metadata '{name}' is not base64."));
        return octets[..length];
    }
}
