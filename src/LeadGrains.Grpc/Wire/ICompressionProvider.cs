using System.IO.Compression;

namespace Grpc.Net.Compression;

/// <summary>One way to compress messages. It is shared by all calls, so it must bear many threads.</summary>
public interface ICompressionProvider
{
    /// <summary>Its name in <c>grpc-encoding</c> and <c>grpc-accept-encoding</c>, such as <c>gzip</c>.</summary>
    string EncodingName { get; }

    /// <summary>A stream that compresses what is written to it into another, which it leaves open.</summary>
    /// <param name="stream">Where the compressed bytes go.</param>
    /// <param name="compressionLevel">How hard to try; null for the provider's own level.</param>
    Stream CreateCompressionStream(Stream stream, CompressionLevel? compressionLevel);

    /// <summary>A stream that gives what another one, which it leaves open, holds compressed.</summary>
    /// <param name="stream">Where the compressed bytes are.</param>
    Stream CreateDecompressionStream(Stream stream);
}
