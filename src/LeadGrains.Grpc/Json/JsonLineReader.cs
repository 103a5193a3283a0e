using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;

namespace Grpc.AspNetCore.Json;

/// <summary>Reads a body of JSON lines as a row of gRPC's frames. Empty lines are passed over.</summary>
/// <param name="inner">The lines.</param>
/// <param name="type">The message in each.</param>
/// <param name="options">The longest line, and the status of one that is wrong.</param>
/// <param name="unfinished">Bounds what all requests hold of lines that have begun.</param>
internal sealed class JsonLineReader(PipeReader inner, MessageDescriptor type, JsonOptions options, UnfinishedBodies unfinished) : PipeReader
{
    // Filled and emptied in turns by the one reader, so it need never hold back.
    private readonly Pipe _frames = new(new PipeOptions(pauseWriterThreshold: 0, useSynchronizationContext: false));
    private Exception? _failure;
    private int _line;
    private long _held;

    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        ReadResult result;
        while (!_frames.Reader.TryRead(out result))
        {
            if (_failure is not null)
                throw _failure;
            var read = await ReadInnerAsync(cancellationToken);
            if (read.IsCanceled)
                _frames.Reader.CancelPendingRead();
            await TakeAsync(read);
        }

        return result;
    }

    /// <summary>True for what is read already.</summary>
    public override bool TryRead(out ReadResult result) => _frames.Reader.TryRead(out result);

    public override void AdvanceTo(SequencePosition consumed) => _frames.Reader.AdvanceTo(consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => _frames.Reader.AdvanceTo(consumed, examined);

    public override void CancelPendingRead() => inner.CancelPendingRead();

    /// <summary>Ends this reader; the one below stays open.</summary>
    public override void Complete(Exception? exception = null)
    {
        unfinished.Change(ref _held, 0);
        _frames.Writer.Complete();
        _frames.Reader.Complete();
    }

    private async ValueTask<ReadResult> ReadInnerAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await inner.ReadAsync(cancellationToken);
        }
        catch (InvalidDataException exception)
        {
            throw options.Refuse([new JsonFault("", $"The body is not gzip: {exception.Message}")]);
        }
    }

    // The lines before a wrong one are handed out, and the fault after them.
    private async ValueTask TakeAsync(ReadResult read)
    {
        var rest = read.Buffer;
        while (_failure is null && rest.PositionOf((byte)'\n') is { } end)
        {
            TakeLine(rest.Slice(0, end));
            rest = rest.Slice(rest.GetPosition(1, end));
        }

        if (_failure is null && read.IsCompleted)
        {
            TakeLine(rest);
            rest = rest.Slice(rest.End);
        }
        else if (rest.Length > options.MaxBodyLength)
        {
            _failure ??= TooLong();
        }

        Hold(rest.Length);
        inner.AdvanceTo(rest.Start, read.Buffer.End);
        if (read.IsCompleted && _failure is null)
            await _frames.Writer.CompleteAsync();
        else
            await _frames.Writer.FlushAsync();
    }

    private void Hold(long length)
    {
        try
        {
            unfinished.Change(ref _held, length);
        }
        catch (HttpRefusalException refusal)
        {
            _failure ??= new RpcException(new Status(refusal.Code, refusal.Message));
        }
    }

    private void TakeLine(in ReadOnlySequence<byte> line)
    {
        _line++;
        if (line.Length > options.MaxBodyLength)
        {
            _failure = TooLong();
            return;
        }

        if (IsBlank(line))
            return;
        try
        {
            GrpcFrame.Write(_frames.Writer, JsonMessages.Parse(line, type, _line));
        }
        catch (JsonFaultException fault)
        {
            _failure = options.Refuse(fault.Faults);
        }
    }

    private static bool IsBlank(in ReadOnlySequence<byte> line)
    {
        foreach (var part in line)
        {
            if (part.Span.ContainsAnyExcept((byte)' ', (byte)'\t', (byte)'\r'))
                return false;
        }

        return true;
    }

    private RpcException TooLong() =>
        options.Refuse([new JsonFault("", FormattableString.Invariant($"Line {_line + 1} is longer than the {options.MaxBodyLength} bytes that are accepted"))]);
}

/// <summary>A message behind the prefix that gRPC gives it: uncompressed, and its length.</summary>
internal static class GrpcFrame
{
    public const int PrefixLength = 5;

    public static void Write(IBufferWriter<byte> output, IMessage message)
    {
        var length = message.CalculateSize();
        var prefix = output.GetSpan(PrefixLength);
        prefix[0] = 0;
        BinaryPrimitives.WriteInt32BigEndian(prefix[1..], length);
        output.Advance(PrefixLength);
        if (length > 0)
            message.WriteTo(output);
    }

    /// <summary>Takes the payload of the first frame; false if it is not whole.</summary>
    public static bool TryTake(ref ReadOnlySpan<byte> frames, out ReadOnlySpan<byte> payload)
    {
        payload = default;
        if (frames.Length < PrefixLength)
            return false;
        var length = BinaryPrimitives.ReadInt32BigEndian(frames[1..]);
        if (frames.Length - PrefixLength < length)
            return false;
        payload = frames.Slice(PrefixLength, length);
        frames = frames[(PrefixLength + length)..];
        return true;
    }
}
