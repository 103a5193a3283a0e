using System.Buffers;
using System.Buffers.Text;
using System.IO.Pipelines;
using Grpc.Core;

namespace Grpc.AspNetCore.Web.Internal;

/// <summary>
/// Reads a body of base64. It may consist of pieces that were encoded one by one, so that padding stands in its
/// midst. Only what the reader asks for is decoded, so its bounds are those of the decoded body.
/// </summary>
internal sealed class Base64PipeReader(PipeReader inner) : PipeReader
{
    private const int Quartet = 4;

    // Filled and emptied in turns by the one reader, so it need never hold back.
    private readonly Pipe _decoded = new(new PipeOptions(pauseWriterThreshold: 0, useSynchronizationContext: false));
    private RpcException? _failure;

    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        ReadResult result;
        while (!_decoded.Reader.TryRead(out result))
        {
            if (_failure is not null)
                throw _failure;
            var encoded = await inner.ReadAsync(cancellationToken);
            if (encoded.IsCanceled)
                _decoded.Reader.CancelPendingRead();
            await DecodeAsync(encoded);
        }

        return result;
    }

    /// <summary>True for what is decoded already.</summary>
    public override bool TryRead(out ReadResult result) => _decoded.Reader.TryRead(out result);

    public override void AdvanceTo(SequencePosition consumed) => _decoded.Reader.AdvanceTo(consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => _decoded.Reader.AdvanceTo(consumed, examined);

    public override void CancelPendingRead() => inner.CancelPendingRead();

    /// <summary>Ends this reader; the one below stays open.</summary>
    public override void Complete(Exception? exception = null)
    {
        _decoded.Writer.Complete();
        _decoded.Reader.Complete();
    }

    // What comes before a fault is handed out, and the fault after it.
    private async ValueTask DecodeAsync(ReadResult encoded)
    {
        var rest = encoded.Buffer;
        while (rest.Length >= Quartet && _failure is null)
            rest = rest.Slice(DecodeSome(rest));
        if (encoded.IsCompleted && !rest.IsEmpty)
            _failure ??= Malformed();
        inner.AdvanceTo(rest.Start, encoded.Buffer.End);
        if (encoded.IsCompleted && _failure is null)
            await _decoded.Writer.CompleteAsync();
        else
            await _decoded.Writer.FlushAsync();
    }

    /// <summary>Decodes up to the end of a piece or of a segment; the number of characters is returned.</summary>
    private int DecodeSome(ReadOnlySequence<byte> rest)
    {
        Span<byte> across = stackalloc byte[Quartet];
        scoped var text = rest.FirstSpan;
        if (text.Length < Quartet)
        {
            rest.Slice(0, Quartet).CopyTo(across);
            text = across;
        }

        text = text[..(text.Length / Quartet * Quartet)];
        if (text.IndexOf((byte)'=') is >= 0 and var padding)
            text = text[..((padding / Quartet + 1) * Quartet)];
        var output = _decoded.Writer.GetSpan(text.Length / Quartet * 3);
        var status = Base64.DecodeFromUtf8(text, output, out _, out var written);

        // The decoder skips white space, which would shift all that follows.
        if (status != OperationStatus.Done || written != text.Length / Quartet * 3 - text.Count((byte)'='))
            _failure = Malformed();
        _decoded.Writer.Advance(written);
        return text.Length;
    }

    private static RpcException Malformed() => new(new Status(StatusCode.InvalidArgument, "The request body is not base64."));
}
