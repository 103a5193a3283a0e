using System.IO.Compression;

namespace Grpc.Net.Compression;

/// <summary>Compresses in what HTTP and gRPC call deflate: the format zlib (RFC 1950), not the bare one of RFC 1951.</summary>
/// <param name="defaultCompressionLevel">The level where none is asked for.</param>
public sealed class DeflateCompressionProvider(CompressionLevel defaultCompressionLevel) : ICompressionProvider
{
    /// <inheritdoc/>
    public string EncodingName => "deflate";

    /// <inheritdoc/>
    public Stream CreateCompressionStream(Stream stream, CompressionLevel? compressionLevel) =>
        new ZLibStream(stream, compressionLevel ?? defaultCompressionLevel, leaveOpen: true);

    /// <inheritdoc/>
    public Stream CreateDecompressionStream(Stream stream) => new ZLibStream(stream, CompressionMode.Decompress, leaveOpen: true);
}
