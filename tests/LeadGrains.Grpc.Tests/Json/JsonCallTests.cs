using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.AspNetCore.Json;
using Grpc.Core;
using LeadGrains.Grpc.Tests.Library;

namespace LeadGrains.Grpc.Tests.Json;

public class JsonCallTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory(Timeout = TestServer.Patience)]
    [InlineData("GET", "/v1/books/https%3A%2F%2Fx%2Fy", "https://x/y", false)]
    [InlineData("GET", "/v1/books/a%2Fb:explain", "a/b", true)]
    [InlineData("GET", "/v1/books/a%3Aexplain", "a:explain", false)]
    [InlineData("GET", "/v1/books/watch", "watch", false)]
    [InlineData("GET", "/v1/books/%252F", "%2F", false)]
    [InlineData("PUT", "/v1/books/..%2F..%2Fv2", "../../v2", false)]
    public async Task Call_WhenThePathHasFields_GivesThemToTheMethod(string method, string path, string isbn, bool isExplained)
    {
        await using var server = await JsonServer.StartAsync();

        var (status, book) = await server.SendAsync(method, path, method == "PUT" ? "{}" : null);

        Assert.Equal(200, status);
        Assert.Equal(isbn, book.GetProperty("isbn").GetString());
        Assert.Equal(isExplained, book.TryGetProperty("subtitle", out _));
    }

    [Theory(Timeout = TestServer.Patience)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Call_WhenAnswered_ShowsTheMethodAGrpcCall(int version)
    {
        var seen = (Method: "", HasDeadline: false, Told: "", HttpMethod: "");
        var script = new LibraryScript
        {
            Answer = (book, context) =>
            {
                seen = (context.Method, context.Deadline < DateTime.MaxValue, context.RequestHeaders.GetValue("x-told")!, context.GetHttpContext().Request.Method);
                return Task.FromResult(book);
            },
        };
        await using var server = await JsonServer.StartAsync(script, version);
        using var request = server.Request("POST", "/v1/shelves/a%2Fb/books/7", """{"shelf": {"floor": 3}, "pages": "12"}""");
        request.Headers.Add("grpc-timeout", "1M");
        request.Headers.Add("grpc-accept-encoding", "gzip");
        request.Headers.Add("x-told", "yes");

        using var response = await server.Http.SendAsync(request, Token);
        var book = Book.Parser.ParseJson(await response.Content.ReadAsStringAsync(Token));

        Assert.Equal(new Book { Isbn = "7", Pages = 12, Shelf = new Shelf { Name = "a/b", Floor = 3 } }, book);
        Assert.Equal(("/library.v1.Library/Lend", true, "yes", "POST"), seen);
        Assert.DoesNotContain(response.Headers, header => header.Key.StartsWith("grpc-", StringComparison.OrdinalIgnoreCase));
        Assert.Equal("no-store", response.Headers.CacheControl?.ToString());
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Call_WhenFieldsHaveDefaultValues_WritesThem()
    {
        await using var server = await JsonServer.StartAsync();

        var (_, book) = await server.SendAsync("POST", "/v1/books", "");

        Assert.Equal(0, book.GetProperty("pages").GetInt32());
        Assert.Equal("0", book.GetProperty("sold").GetString());
        Assert.Equal("KIND_UNSPECIFIED", book.GetProperty("kind").GetString());
        Assert.Equal(JsonValueKind.Array, book.GetProperty("tags").ValueKind);
        Assert.False(book.TryGetProperty("printedAt", out _) || book.TryGetProperty("rating", out _));
    }

    [Theory(Timeout = TestServer.Patience)]
    [InlineData(StatusCode.InvalidArgument, 400)]
    [InlineData(StatusCode.FailedPrecondition, 400)]
    [InlineData(StatusCode.OutOfRange, 400)]
    [InlineData(StatusCode.Unauthenticated, 401)]
    [InlineData(StatusCode.PermissionDenied, 403)]
    [InlineData(StatusCode.NotFound, 404)]
    [InlineData(StatusCode.AlreadyExists, 409)]
    [InlineData(StatusCode.Aborted, 409)]
    [InlineData(StatusCode.ResourceExhausted, 429)]
    [InlineData(StatusCode.Cancelled, 499)]
    [InlineData(StatusCode.Unknown, 500)]
    [InlineData(StatusCode.Internal, 500)]
    [InlineData(StatusCode.DataLoss, 500)]
    [InlineData(StatusCode.Unimplemented, 501)]
    [InlineData(StatusCode.Unavailable, 503)]
    [InlineData(StatusCode.DeadlineExceeded, 504)]
    public async Task Call_WhenItFails_SaysSoByHttpAndInTheBody(StatusCode code, int expected)
    {
        const string Message = "100 % wrong: ä😀\n";
        var details = new Google.Rpc.Status
        {
            Code = (int)code,
            Details =
            {
                Any.Pack(new ErrorInfo { Reason = "TORN" }),
                Any.Pack(new RetryInfo { RetryDelay = Duration.FromTimeSpan(TimeSpan.FromMilliseconds(1_200)) }),
                new Any { TypeUrl = "type.googleapis.com/unknown.Thing", Value = ByteString.CopyFromUtf8("x") },
            },
        };
        await using var server = await JsonServer.StartAsync(new LibraryScript { Answer = (_, _) => throw details.ToRpcException(code, Message) });
        using var request = server.Request("GET", "/v1/books/7");

        using var response = await server.Http.SendAsync(request, Token);
        var status = JsonDocument.Parse(await response.Content.ReadAsStringAsync(Token)).RootElement;

        Assert.Equal(expected, (int)response.StatusCode);
        Assert.Equal("2", response.Headers.RetryAfter?.ToString());
        Assert.Equal(code == StatusCode.Unauthenticated ? "Bearer" : "", response.Headers.WwwAuthenticate.ToString());
        Assert.Equal(((int)code, Message), (status.GetProperty("code").GetInt32(), status.GetProperty("message").GetString()));
        Assert.Equal(
            ["type.googleapis.com/google.rpc.ErrorInfo", "type.googleapis.com/google.rpc.RetryInfo"],
            status.GetProperty("details").EnumerateArray().Select(detail => detail.GetProperty("@type").GetString()));
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Call_WhenTheAnswerHasNoJson_IsAnswered500()
    {
        var book = new Book { PrintedAt = new Timestamp { Seconds = long.MaxValue } };
        await using var server = await JsonServer.StartAsync(new LibraryScript { Answer = (_, _) => Task.FromResult(book) });

        var (status, answer) = await server.SendAsync("GET", "/v1/books/7");

        Assert.Equal((500, 13), (status, answer.GetProperty("code").GetInt32()));
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Call_WhenItsDeadlinePasses_IsAnswered504()
    {
        var script = new LibraryScript
        {
            Answer = async (book, context) =>
            {
                await Task.Delay(Timeout.Infinite, context.CancellationToken);
                return book;
            },
        };
        await using var server = await JsonServer.StartAsync(script);
        using var request = server.Request("GET", "/v1/books/7");
        request.Headers.Add("grpc-timeout", "20m");

        using var response = await server.Http.SendAsync(request, Token);

        Assert.Equal(HttpStatusCode.GatewayTimeout, response.StatusCode);
    }

    [Theory(Timeout = TestServer.Patience)]
    [InlineData("GET", "/v1/nothing", 404, "")]
    [InlineData("GET", "/v1/books/7/8", 404, "")]
    [InlineData("POST", "/v1/library.v1.Library/Hide", 404, "")]
    [InlineData("DELETE", "/v1/books/7", 405, "GET, PUT")]
    [InlineData("PATCH", "/v1/books", 405, "GET, POST")]
    public async Task Call_WhenNothingIsThere_SaysWhatIs(string method, string path, int expected, string allowed)
    {
        await using var server = await JsonServer.StartAsync();
        using var request = server.Request(method, path);

        using var response = await server.Http.SendAsync(request, Token);

        Assert.Equal(expected, (int)response.StatusCode);
        Assert.Equal(allowed, string.Join(", ", response.Content.Headers.Allow));
        Assert.Equal("application/json", response.Content.Headers.ContentType?.ToString());
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Call_WhenItIsTurnedAway_LeavesTheBodyAlone()
    {
        var options = new JsonOptions { Admit = _ => throw new RpcException(new global::Grpc.Core.Status(StatusCode.Unauthenticated, "Who are you?")) };
        await using var server = await JsonServer.StartAsync(options: options);

        var (status, answer) = await server.SendAsync("POST", "/v1/books", "this is not read");

        Assert.Equal((401, "Who are you?"), (status, answer.GetProperty("message").GetString()));
    }

    [Theory(Timeout = TestServer.Patience)]
    [InlineData("text/plain", "", 415)]
    [InlineData("", "", 415)]
    [InlineData("application/json; charset=latin1", "", 415)]
    [InlineData("application/json; charset=\"UTF-8\"", "", 200)]
    [InlineData("application/json", "br", 415)]
    [InlineData("application/json", "gzip", 200)]
    public async Task Call_WhenTheBodyHasALabel_IsReadByIt(string contentType, string encoding, int expected)
    {
        await using var server = await JsonServer.StartAsync();
        using var request = server.Request("POST", "/v1/books", """{"isbn": "7"}""", contentType);
        if (encoding == "gzip")
            request.Content = Gzip("""{"isbn": "7"}""");
        if (encoding.Length > 0)
            request.Content!.Headers.ContentEncoding.Add(encoding);

        using var response = await server.Http.SendAsync(request, Token);

        Assert.Equal(expected, (int)response.StatusCode);
    }

    [Theory(Timeout = TestServer.Patience)]
    [InlineData(false, JsonServer.MaxBody - 20, 200)]
    [InlineData(false, JsonServer.MaxBody + 1, 413)]
    [InlineData(true, JsonServer.MaxBody - 20, 200)]
    [InlineData(true, 100 * JsonServer.MaxBody, 413)]
    public async Task Call_WhenTheBodyIsLong_IsRefusedBeyondTheBound(bool isCompressed, int length, int expected)
    {
        await using var server = await JsonServer.StartAsync();
        var json = $$"""{"isbn": "{{new string('7', length)}}"}""";
        using var request = server.Request("POST", "/v1/books", isCompressed ? "" : json);
        if (isCompressed)
        {
            request.Content = Gzip(json);
            request.Content.Headers.ContentEncoding.Add("gzip");
        }

        using var response = await server.Http.SendAsync(request, Token);

        Assert.Equal(expected, (int)response.StatusCode);
    }

    private static ByteArrayContent Gzip(string text)
    {
        using var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.Fastest))
            gzip.Write(Encoding.UTF8.GetBytes(text));
        return new ByteArrayContent(bytes.ToArray()) { Headers = { ContentType = new("application/json") } };
    }
}
