using System.Buffers;
using System.IO.Compression;
using System.IO.Pipelines;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace Grpc.AspNetCore.Json;

/// <summary>The body of a request: JSON or JSON lines, plain or compressed with gzip.</summary>
internal sealed class JsonBody(HttpRequest request, JsonOptions options, UnfinishedBodies unfinished)
{
    public const string Json = "application/json";
    public const string JsonLines = "application/x-ndjson";

    /// <summary>False where there is surely nothing in it.</summary>
    public bool IsThere =>
        request.ContentLength is { } length ? length > 0 : request.HttpContext.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == true;

    /// <summary>Refuses what is neither the type that the method takes, nor nothing.</summary>
    /// <exception cref="HttpRefusalException">415 or 413.</exception>
    public void Check(bool areLines)
    {
        if (!IsThere)
            return;
        var wanted = areLines ? JsonLines : Json;
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || !IsWanted(type, areLines))
            throw Unsupported($"The content type '{request.ContentType}' is not {wanted} in UTF-8.", ("Accept", wanted));
        if (request.Headers.ContentEncoding.ToString().ToLowerInvariant() is not ("" or "identity" or "gzip"))
            throw Unsupported($"The content encoding '{request.Headers.ContentEncoding}' is not gzip.", ("Accept-Encoding", "gzip"));
        if (!areLines && request.ContentLength > options.MaxBodyLength)
            throw TooLong();
    }

    /// <summary>As it comes, decompressed.</summary>
    public PipeReader Open() => IsGzip
        ? PipeReader.Create(new GZipStream(request.BodyReader.AsStream(leaveOpen: true), CompressionMode.Decompress))
        : request.BodyReader;

    /// <summary>Reads all of it.</summary>
    /// <exception cref="HttpRefusalException">413: it is too long; 429: all requests hold too much.</exception>
    /// <exception cref="JsonFaultException">It is not compressed as it says.</exception>
    public async Task<T> ReadAsync<T>(Func<ReadOnlySequence<byte>, T> parse, CancellationToken cancellationToken)
    {
        var body = Open();
        long held = 0;
        try
        {
            while (true)
            {
                var read = await body.ReadAsync(cancellationToken);
                if (read.Buffer.Length > options.MaxBodyLength)
                    throw TooLong();
                if (read.IsCompleted)
                    return Take(body, read.Buffer, parse);
                unfinished.Change(ref held, read.Buffer.Length);
                body.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            }
        }
        catch (InvalidDataException exception)
        {
            throw new JsonFaultException(new JsonFault("", $"The body is not gzip: {exception.Message}"));
        }
        catch (BadHttpRequestException exception)
        {
            throw new HttpRefusalException(exception.StatusCode, StatusCode.InvalidArgument, exception.Message);
        }
        finally
        {
            unfinished.Change(ref held, 0);
            if (IsGzip)
                await body.CompleteAsync();
        }
    }

    private bool IsGzip => string.Equals(request.Headers.ContentEncoding.ToString(), "gzip", StringComparison.OrdinalIgnoreCase);

    private static T Take<T>(PipeReader body, in ReadOnlySequence<byte> whole, Func<ReadOnlySequence<byte>, T> parse)
    {
        try
        {
            return parse(whole);
        }
        finally
        {
            body.AdvanceTo(whole.End);
        }
    }

    private static bool IsWanted(MediaTypeHeaderValue type, bool areLines) =>
        (areLines ? type.MediaType.Value is JsonLines or "application/jsonl" : type.MediaType.Equals(Json, StringComparison.OrdinalIgnoreCase))
        && (!type.Charset.HasValue || type.Charset.Value.Trim('"').Equals("utf-8", StringComparison.OrdinalIgnoreCase));

    private HttpRefusalException TooLong() =>
        new(StatusCodes.Status413PayloadTooLarge, StatusCode.InvalidArgument, $"The body is longer than the {options.MaxBodyLength} bytes that are accepted.");

    private static HttpRefusalException Unsupported(string message, (string Name, string Value) header) =>
        new(StatusCodes.Status415UnsupportedMediaType, StatusCode.InvalidArgument, message) { Header = header };
}
