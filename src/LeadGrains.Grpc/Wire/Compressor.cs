using System.IO.Compression;
using Grpc.Core;
using Grpc.Net.Compression;

namespace Grpc.Wire;

/// <summary>How the messages of one direction of a call are compressed.</summary>
internal sealed record Compressor(ICompressionProvider Provider, CompressionLevel? Level)
{
    /// <summary>This compression, unless the message's wishes forbid it.</summary>
    public Compressor? For(WriteOptions? wishes) =>
        wishes is not null && wishes.Flags.HasFlag(WriteFlags.NoCompress) ? null : this;

    public ReadOnlyMemory<byte> Compress(ReadOnlySpan<byte> message)
    {
        var output = new MemoryStream();
        using (var stream = Provider.CreateCompressionStream(output, Level))
            stream.Write(message);
        return output.GetBuffer().AsMemory(0, (int)output.Length);
    }
}
