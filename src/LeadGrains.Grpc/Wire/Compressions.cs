using System.IO.Compression;
using Grpc.Net.Compression;

namespace Grpc.Wire;

/// <summary>The compressions that one side knows. Of two with the same name the first counts.</summary>
internal sealed class Compressions
{
    private readonly Dictionary<string, ICompressionProvider> _byName = new(StringComparer.Ordinal);

    public Compressions(IEnumerable<ICompressionProvider> providers)
    {
        foreach (var provider in providers)
            _byName.TryAdd(provider.EncodingName, provider);
        AcceptEncoding = string.Join(',', [ProtocolNames.Identity, .. _byName.Keys]);
    }

    /// <summary>The value of <c>grpc-accept-encoding</c>.</summary>
    public string AcceptEncoding { get; }

    public static List<ICompressionProvider> Defaults() =>
        [new GzipCompressionProvider(CompressionLevel.Fastest), new DeflateCompressionProvider(CompressionLevel.Fastest)];

    /// <summary>True if a peer that sent this value of <c>grpc-accept-encoding</c> can read the compression.</summary>
    public static bool Accepts(string acceptEncoding, string name)
    {
        foreach (var range in acceptEncoding.AsSpan().Split(','))
        {
            if (acceptEncoding.AsSpan(range).Trim().SequenceEqual(name))
                return true;
        }

        return false;
    }

    /// <summary>The compression of that name; null if it is not known, or the name says that nothing is compressed.</summary>
    public ICompressionProvider? Find(string name) => _byName.GetValueOrDefault(name);
}
