using System.Buffers;
using System.IO.Compression;
using System.IO.Pipelines;
using System.Text.Json;
using LeadGrains.Gateway.Admission;
using LeadGrains.Grains;
using Microsoft.AspNetCore.Http;

namespace LeadGrains.Gateway.Collect;

/// <summary>
/// Reads a body as JSON, whatever its label says: SDKs call it a form, a text, or do not say that it is packed. Its size is
/// bounded before and after unpacking.
/// </summary>
internal static class CollectBody
{
    private const int MaxDepth = 64;

    private static readonly byte[] ByteOrderMark = [0xEF, 0xBB, 0xBF];

    /// <summary>The bytes, unpacked.</summary>
    /// <param name="request">Brings them.</param>
    /// <param name="held">Holds what is here of them, while they come.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="CollectRefusedException">They are too many, or packed and damaged.</exception>
    /// <exception cref="OverloadedException">They are too many together with those of others.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpRequest request, HeldBytes held, CancellationToken cancellationToken)
    {
        if (request.ContentLength > Limits.MessageBytes)
            throw TooLong();
        var body = await ReadAllAsync(request.BodyReader, held, cancellationToken);
        if (!IsPacked(body.Span))
            return body;
        try
        {
            await using var unpacked = new GZipStream(new MemoryStream(body.ToArray()), CompressionMode.Decompress);
            return await ReadAllAsync(unpacked, held, cancellationToken);
        }
        catch (InvalidDataException)
        {
            throw new CollectRefusedException(StatusCodes.Status400BadRequest, "The body is packed by gzip, and damaged.");
        }
    }

    /// <summary>What the bytes say.</summary>
    /// <exception cref="CollectRefusedException">They are no JSON.</exception>
    public static JsonDocument Parse(ReadOnlyMemory<byte> body)
    {
        var text = body.Span.StartsWith(ByteOrderMark) ? body[ByteOrderMark.Length..] : body;
        try
        {
            return JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = MaxDepth });
        }
        catch (JsonException fault)
        {
            throw new CollectRefusedException(
                StatusCodes.Status400BadRequest, FormattableString.Invariant($"The body is no JSON, at line {fault.LineNumber + 1}, byte {fault.BytePositionInLine + 1}, or more than {MaxDepth} deep."));
        }
    }

    /// <summary>Reads of a body's JSON, whose texts the parser looks at only now.</summary>
    /// <exception cref="CollectRefusedException">One of them, outside of the messages, is no text.</exception>
    public static T Texts<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (InvalidOperationException)
        {
            throw new CollectRefusedException(StatusCodes.Status400BadRequest, "The body has a text that is not valid UTF-8, or half of a surrogate pair.");
        }
    }

    // No JSON begins with these, whatever Content-Encoding says or does not say.
    private static bool IsPacked(ReadOnlySpan<byte> body) => body is [0x1F, 0x8B, ..];

    // A wait is ended through the reader. A token would leave it in the middle of a read, which the web server takes for a
    // fault of ours when it lets the rest go by, and logs: for whoever sends slowly, with or without a key.
    private static async Task<ReadOnlyMemory<byte>> ReadAllAsync(PipeReader from, HeldBytes held, CancellationToken cancellationToken)
    {
        using var ending = cancellationToken.Register(from.CancelPendingRead);
        var before = held.Count;
        var read = new ArrayBufferWriter<byte>();
        while (true)
        {
            var came = await from.ReadAsync(CancellationToken.None);
            foreach (var part in came.Buffer)
                read.Write(part.Span);
            from.AdvanceTo(came.Buffer.End);
            held.GrowTo(before + read.Capacity);
            if (read.WrittenCount > Limits.MessageBytes)
                throw TooLong();
            cancellationToken.ThrowIfCancellationRequested();
            if (came.IsCompleted)
                return read.WrittenMemory;
        }
    }

    private static async Task<ReadOnlyMemory<byte>> ReadAllAsync(Stream from, HeldBytes held, CancellationToken cancellationToken)
    {
        var before = held.Count;
        var read = new ArrayBufferWriter<byte>();
        while (true)
        {
            var count = await from.ReadAsync(read.GetMemory(1), cancellationToken);
            if (count == 0)
                return read.WrittenMemory;
            read.Advance(count);
            held.GrowTo(before + read.Capacity);
            if (read.WrittenCount > Limits.MessageBytes)
                throw TooLong();
        }
    }

    private static CollectRefusedException TooLong() => new(
        StatusCodes.Status413PayloadTooLarge, FormattableString.Invariant($"The body has more than the {Limits.MessageBytes:N0} bytes that are read."));
}
