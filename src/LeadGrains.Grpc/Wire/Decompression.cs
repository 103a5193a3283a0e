using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using Grpc.Core;
using Grpc.Net.Compression;

namespace Grpc.Wire;

/// <summary>Decompresses a received message, never to more than may be received.</summary>
internal static class Decompression
{
    private const int Step = 4 * 1024;

    // A header of ten bytes, at least two of data, a trailer of eight.
    private const int ShortestGzip = 20;

    private static readonly uint[] CrcTable = [.. Enumerable.Range(0, 256).Select(octet => CrcOf((uint)octet))];

    /// <exception cref="RpcException">
    /// RESOURCE_EXHAUSTED: the message is longer than accepted; INTERNAL: the bytes are not compressed that way.
    /// </exception>
    public static void Decompress(ICompressionProvider provider, in ReadOnlySequence<byte> compressed, int longest, PooledBuffer message)
    {
        // Some senders' libraries compress no bytes to no bytes.
        if (compressed.IsEmpty)
            return;
        try
        {
            using var input = PipeReader.Create(compressed).AsStream();
            using var stream = provider.CreateDecompressionStream(input);
            Fill(message, stream, longest);
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException)
        {
            throw Invalid(provider, exception);
        }

        if (IsCutOff(provider, compressed, message.Written.Span))
            throw Invalid(provider, exception: null);
    }

    private static void Fill(PooledBuffer message, Stream stream, int longest)
    {
        while (true)
        {
            var rest = longest - message.Written.Length;
            if (rest == 0)
                break;
            var span = message.GetSpan(Math.Min(rest, Step));
            var read = stream.Read(span[..Math.Min(rest, span.Length)]);
            if (read == 0)
                return;
            message.Advance(read);
        }

        Span<byte> beyond = stackalloc byte[1];
        if (stream.Read(beyond) > 0)
            throw new RpcException(new Status(StatusCode.ResourceExhausted, $"The decompressed message is longer than the {longest} bytes that are accepted."));
    }

    /// <summary>
    /// The streams of .NET take an input that ends too early for a whole one, so its trailer is looked at here: a
    /// gzip's ends with the length, a zlib's with the checksum, of what was compressed.
    /// </summary>
    private static bool IsCutOff(ICompressionProvider provider, in ReadOnlySequence<byte> compressed, ReadOnlySpan<byte> message)
    {
        if (provider is not (GzipCompressionProvider or DeflateCompressionProvider))
            return false;
        Span<byte> trailer = stackalloc byte[provider is GzipCompressionProvider ? 2 * sizeof(uint) : sizeof(uint)];
        if (compressed.Length < trailer.Length)
            return true;
        compressed.Slice(compressed.Length - trailer.Length).CopyTo(trailer);
        return provider is GzipCompressionProvider
            ? compressed.Length < ShortestGzip || IsCutOffGzip(trailer, message)
            : BinaryPrimitives.ReadUInt32BigEndian(trailer) != Adler32(message);
    }

    /// <summary>The trailer is that of the last member; where there are several, the message ends with what that one says.</summary>
    private static bool IsCutOffGzip(ReadOnlySpan<byte> trailer, ReadOnlySpan<byte> message)
    {
        var length = BinaryPrimitives.ReadUInt32LittleEndian(trailer[sizeof(uint)..]);
        if (length == (uint)message.Length)
            return false;
        return length > (uint)message.Length || BinaryPrimitives.ReadUInt32LittleEndian(trailer) != Crc32(message[^(int)length..]);
    }

    /// <summary>The checksum of RFC 1952, section 8.</summary>
    private static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var octet in bytes)
            crc = CrcTable[(byte)(crc ^ octet)] ^ (crc >> 8);
        return ~crc;
    }

    private static uint CrcOf(uint octet)
    {
        const uint Polynomial = 0xedb8_8320;
        for (var bit = 0; bit < 8; bit++)
            octet = (octet & 1) == 0 ? octet >> 1 : (octet >> 1) ^ Polynomial;
        return octet;
    }

    /// <summary>The checksum of RFC 1950, section 9.</summary>
    private static uint Adler32(ReadOnlySpan<byte> bytes)
    {
        const uint Modulus = 65_521;

        // The most bytes whose sums cannot overflow 32 bits.
        const int Block = 5_552;
        uint low = 1;
        uint high = 0;
        while (!bytes.IsEmpty)
        {
            var block = bytes[..Math.Min(Block, bytes.Length)];
            foreach (var octet in block)
            {
                low += octet;
                high += low;
            }

            low %= Modulus;
            high %= Modulus;
            bytes = bytes[block.Length..];
        }

        return (high << 16) | low;
    }

    private static RpcException Invalid(ICompressionProvider provider, Exception? exception) =>
        new(new Status(StatusCode.Internal, $"The message is not compressed with '{provider.EncodingName}' as it says.", exception));
}
