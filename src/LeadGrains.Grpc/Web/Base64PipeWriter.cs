using System.Buffers;
using System.Buffers.Text;
using System.IO.Pipelines;
using Grpc.Wire;

namespace Grpc.AspNetCore.Web.Internal;

/// <summary>Writes bytes as base64. What is flushed together is one piece, padded, so that a client can read it at once.</summary>
internal sealed class Base64PipeWriter(PipeWriter inner) : PipeWriter
{
    private const int BlockLength = 4096;

    // A call's end, which its deadline writes at once, may meet a flush of its method.
    private readonly Lock _gate = new();
    private readonly PooledBuffer _pending = new();

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => _pending.Written.Length;

    public override void Advance(int bytes) => _pending.Advance(bytes);

    public override Memory<byte> GetMemory(int sizeHint = 0) => _pending.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => _pending.GetSpan(sizeHint);

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        lock (_gate)
            Encode();
        return inner.FlushAsync(cancellationToken);
    }

    public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            _pending.Write(source.Span);
            Encode();
        }

        return inner.FlushAsync(cancellationToken);
    }

    public override void CancelPendingFlush() => inner.CancelPendingFlush();

    /// <summary>Ends this writer; the one below stays open.</summary>
    public override void Complete(Exception? exception = null) => _pending.Return();

    private void Encode()
    {
        var rest = _pending.Written.Span;
        while (!rest.IsEmpty)
        {
            Base64.EncodeToUtf8(rest, inner.GetSpan(BlockLength), out var read, out var written);
            inner.Advance(written);
            rest = rest[read..];
        }

        _pending.Clear();
    }
}
