using System.Buffers;
using System.Globalization;
using System.IO.Compression;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text;
using Google.Protobuf;
using LeadGrains.V1;

namespace LeadGrains.Host.Importing;

/// <summary>Reads JSON lines of signals, plain or gzipped. A bad line is told apart and does not end the reading.</summary>
internal static class SignalLines
{
    /// <summary>No signal within the API's limits is longer, however it is escaped.</summary>
    private const int MaxLineBytes = 1 << 20;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly JsonParser Parser = new(JsonParser.Settings.Default);

    // Without this a file that was cut off while it was copied reads like a whole one.
    static SignalLines() => AppContext.SetSwitch("System.IO.Compression.UseStrictValidation", isEnabled: true);

    /// <summary>The lines that are not empty, in order.</summary>
    /// <exception cref="InvalidDataException">The file is gzipped and cut off or damaged.</exception>
    public static async IAsyncEnumerable<SignalLine> ReadAsync(Stream file, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var source = PipeReader.Create(file);
        var reader = await IsGzipAsync(source, cancellationToken)
            ? PipeReader.Create(new GZipStream(source.AsStream(), CompressionMode.Decompress))
            : source;
        long number = 0;
        for (var skipping = false; ;)
        {
            var read = await reader.ReadAsync(cancellationToken);
            var rest = read.Buffer;
            while (TryTakeLine(ref rest, read.IsCompleted, out var line))
            {
                number++;
                var tooLong = skipping || line.Length > MaxLineBytes;
                skipping = false;
                if (tooLong)
                {
                    yield return new SignalLine(number, null, TooLong, MaxLineBytes);
                }
                else if (Parse(number, line) is { } parsed)
                {
                    yield return parsed;
                }
            }

            // What is left has no end of line yet. Beyond the bound it is let go of, and reported when its end comes.
            skipping |= rest.Length > MaxLineBytes;
            reader.AdvanceTo(skipping ? rest.End : rest.Start, rest.End);
            if (read.IsCompleted)
            {
                if (skipping)
                {
                    yield return new SignalLine(number + 1, null, TooLong, MaxLineBytes);
                }

                await reader.CompleteAsync();
                yield break;
            }
        }
    }

    private static string TooLong => string.Create(CultureInfo.InvariantCulture, $"longer than {MaxLineBytes:N0} bytes");

    private static async Task<bool> IsGzipAsync(PipeReader reader, CancellationToken cancellationToken)
    {
        var start = await reader.ReadAtLeastAsync(2, cancellationToken);
        Span<byte> magic = stackalloc byte[2];
        var length = (int)Math.Min(2, start.Buffer.Length);
        start.Buffer.Slice(0, length).CopyTo(magic);
        reader.AdvanceTo(start.Buffer.Start);
        return magic is [0x1f, 0x8b];
    }

    private static bool TryTakeLine(ref ReadOnlySequence<byte> rest, bool isLast, out ReadOnlySequence<byte> line)
    {
        if (rest.PositionOf((byte)'\n') is { } end)
        {
            line = rest.Slice(0, end);
            rest = rest.Slice(rest.GetPosition(1, end));
            return true;
        }

        line = rest;
        if (!isLast || rest.IsEmpty)
        {
            return false;
        }

        rest = rest.Slice(rest.End);
        return true;
    }

    private static SignalLine? Parse(long number, ReadOnlySequence<byte> bytes)
    {
        var length = (int)bytes.Length;
        var text = "";
        try
        {
            text = Utf8.GetString(bytes).Trim('\uFEFF', ' ', '\t', '\r');
            return text.Length == 0 ? null : new SignalLine(number, Parser.Parse<Signal>(text), "", length);
        }
        catch (DecoderFallbackException)
        {
            return new SignalLine(number, null, "not UTF-8", length);
        }
        catch (Exception fault) when (fault is InvalidJsonException or InvalidProtocolBufferException)
        {
            return new SignalLine(number, null, LineFaults.Explain(text, fault), length);
        }
    }
}
