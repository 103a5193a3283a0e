using System.Security.Cryptography;
using System.Text;
using Grpc.Core;

namespace LeadGrains.Cluster.Peers;

/// <summary>What the nodes of a cluster know each other by. Its text is never shown.</summary>
public sealed class PeerSecret
{
    private const string Header = "authorization";
    private const string Scheme = "Bearer ";

    private readonly string _secret;

    /// <param name="secret">Printable ASCII without spaces, at least 16 characters.</param>
    /// <exception cref="ArgumentException">It is shorter, or has other characters.</exception>
    public PeerSecret(string secret)
    {
        const int Shortest = 16;
        if (secret.Length < Shortest || secret.Any(c => c is <= ' ' or > '~'))
            throw new ArgumentException($"The cluster's secret must be at least {Shortest} printable ASCII characters without spaces.", nameof(secret));
        _secret = secret;
    }

    /// <summary>What a call says to be let in.</summary>
    internal Metadata Headers => new() { { Header, Scheme + _secret } };

    /// <summary>Whether a call says it. Takes as long whatever it says instead.</summary>
    internal bool IsIn(Metadata headers)
    {
        var said = SHA256.HashData(Encoding.UTF8.GetBytes(headers.GetValue(Header) ?? ""));
        return CryptographicOperations.FixedTimeEquals(said, SHA256.HashData(Encoding.UTF8.GetBytes(Scheme + _secret)));
    }
}
