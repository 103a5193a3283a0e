using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace Grpc.AspNetCore.Json;

/// <summary>
/// Takes the frames of a call's answer and writes them as JSON: the one message of a method that gives one, when the
/// call has ended well, or a line for each of those that stream, as they are flushed.
/// </summary>
internal sealed class JsonAnswer(HttpContext http, IHttpResponseBodyFeature inner, MethodDescriptor method, JsonMessages messages) : PipeWriter
{
    // A call's end, which its deadline writes at once, may meet a flush of its method.
    private readonly Lock _gate = new();
    private readonly ArrayBufferWriter<byte> _frames = new();
    private bool _isStarted;

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => _frames.WrittenCount;

    public override void Advance(int bytes) => _frames.Advance(bytes);

    public override Memory<byte> GetMemory(int sizeHint = 0) => _frames.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => _frames.GetSpan(sizeHint);

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        if (!method.IsServerStreaming)
            return default;
        lock (_gate)
            WriteLines();
        return inner.Writer.FlushAsync(cancellationToken);
    }

    public override void CancelPendingFlush() => inner.Writer.CancelPendingFlush();

    /// <summary>Ends this writer; the one below stays open.</summary>
    public override void Complete(Exception? exception = null) => _frames.ResetWrittenCount();

    /// <summary>
    /// Writes what is left, and a bad end: with a status of HTTP as long as nothing has been sent, then as the last line.
    /// </summary>
    public async Task EndAsync(Google.Rpc.Status status)
    {
        lock (_gate)
        {
            if (method.IsServerStreaming && (_isStarted || status.Code == (int)StatusCode.OK))
                EndLines(status);
            else if (status.Code != (int)StatusCode.OK)
                WriteFault(http, inner.Writer, status, messages);
            else
                WriteMessage();
        }

        await inner.Writer.FlushAsync();
    }

    /// <summary>Answers with a status, before anything was sent.</summary>
    public static void WriteFault(HttpContext http, PipeWriter body, Google.Rpc.Status status, JsonMessages messages, int? httpStatus = null)
    {
        if (CallStatus.RetryAfter(status) is { } seconds)
            http.Response.Headers.RetryAfter = seconds;
        if (status.Code == (int)StatusCode.Unauthenticated)
            http.Response.Headers.WWWAuthenticate = "Bearer";
        Write(http, body, httpStatus ?? CallStatus.HttpStatusOf(status.Code), messages.Write(status));
    }

    private static void Write(HttpContext http, PipeWriter body, int httpStatus, string json)
    {
        SetHeaders(http, httpStatus, JsonBody.Json);
        http.Response.ContentLength = Encoding.UTF8.GetByteCount(json);
        Encoding.UTF8.GetBytes(json, body);
    }

    private static void SetHeaders(HttpContext http, int httpStatus, string contentType)
    {
        var headers = http.Response.Headers;
        foreach (var name in headers.Keys.Where(name => name.StartsWith("grpc-", StringComparison.OrdinalIgnoreCase)).ToArray())
            headers.Remove(name);
        http.Response.StatusCode = httpStatus;
        headers.ContentType = contentType;
        headers.CacheControl = "no-store";
        headers[HeaderNames.XContentTypeOptions] = "nosniff";
    }

    private void EndLines(Google.Rpc.Status status)
    {
        WriteLines();
        if (status.Code != (int)StatusCode.OK)
            WriteLine($$"""{ "error": {{messages.Write(status)}} }""");
    }

    private void WriteLines()
    {
        if (!_isStarted)
            SetHeaders(http, StatusCodes.Status200OK, JsonBody.JsonLines);
        _isStarted = true;
        try
        {
            var frames = _frames.WrittenSpan;
            while (GrpcFrame.TryTake(ref frames, out var payload))
                WriteLine(messages.Write(method.OutputType.Parser.ParseFrom(payload)));
        }
        finally
        {
            _frames.ResetWrittenCount();
        }
    }

    private void WriteMessage()
    {
        string json;
        try
        {
            var frames = _frames.WrittenSpan;
            json = GrpcFrame.TryTake(ref frames, out var payload)
                ? messages.Write(method.OutputType.Parser.ParseFrom(payload))
                : throw new InvalidOperationException("The method gave no message.");
        }
        catch (InvalidOperationException unwritable)
        {
            // JSON has no place for some of what protobuf has, such as an instant beyond the year 9999.
            WriteFault(http, inner.Writer, new Google.Rpc.Status { Code = (int)StatusCode.Internal, Message = unwritable.Message }, messages);
            return;
        }

        Write(http, inner.Writer, StatusCodes.Status200OK, json);
    }

    private void WriteLine(string json)
    {
        Encoding.UTF8.GetBytes(json, inner.Writer);
        inner.Writer.Write("\n"u8);
    }
}
