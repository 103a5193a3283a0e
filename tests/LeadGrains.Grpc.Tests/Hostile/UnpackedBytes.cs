using System.IO.Compression;
using Grpc.Net.Compression;

namespace LeadGrains.Grpc.Tests.Hostile;

/// <summary>
/// Counts what a server takes out of compressed messages, message by message. What others allocate meanwhile, and when
/// garbage is collected, makes no difference to it.
/// </summary>
internal sealed class UnpackedBytes(ICompressionProvider inner) : ICompressionProvider
{
    private long _most;
    private int _messages;

    public string EncodingName => inner.EncodingName;

    /// <summary>Messages that were begun to be unpacked.</summary>
    public int Messages => Volatile.Read(ref _messages);

    /// <summary>The most bytes that were taken out of one message, or that there was room for at once.</summary>
    public long Most => Interlocked.Read(ref _most);

    public Stream CreateCompressionStream(Stream stream, CompressionLevel? compressionLevel) =>
        inner.CreateCompressionStream(stream, compressionLevel);

    public Stream CreateDecompressionStream(Stream stream)
    {
        Interlocked.Increment(ref _messages);
        return new Counting(inner.CreateDecompressionStream(stream), this);
    }

    private void Saw(long bytes)
    {
        for (var most = Most; bytes > most; most = Most)
            Interlocked.CompareExchange(ref _most, bytes, most);
    }

    private sealed class Counting(Stream unpacked, UnpackedBytes counts) : Stream
    {
        private long _taken;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(Span<byte> buffer)
        {
            var read = unpacked.Read(buffer);
            _taken += read;
            counts.Saw(Math.Max(buffer.Length, _taken));
            return read;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                unpacked.Dispose();
            base.Dispose(disposing);
        }
    }
}
