using System.IO.Pipelines;
using System.Net;
using System.Text;
using System.Text.Json;
using Grpc.Core;


namespace LeadGrains.Grpc.Tests.Json;

public class JsonStreamTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory(Timeout = TestServer.Patience)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Stream_WhenItsMessagesAreFlushed_SendsEachAsALineAtOnce(int version)
    {
        var goOn = new TaskCompletionSource();
        var script = new LibraryScript
        {
            Watch = async (book, responses, _) =>
            {
                await responses.WriteAsync(book);
                await goOn.Task;
                await responses.WriteAsync(book);
            },
        };
        await using var server = await JsonServer.StartAsync(script, version);
        using var request = server.Request("GET", "/v1/books:watch?isbn=7");

        using var response = await server.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Token);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(Token));
        var first = await lines.ReadLineAsync(Token);
        goOn.SetResult();

        Assert.Equal("application/x-ndjson", response.Content.Headers.ContentType?.ToString());
        Assert.Equal("7", Isbn(first!));
        Assert.Equal("7", Isbn((await lines.ReadLineAsync(Token))!));
        Assert.Null(await lines.ReadLineAsync(Token));
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Stream_WhenItFailsBeforeAMessage_IsAnsweredByHttp()
    {
        await using var server = await JsonServer.StartAsync(new LibraryScript { Watch = (_, _, _) => throw Refusal() });

        var (status, answer) = await server.SendAsync("GET", "/v1/books:watch");

        Assert.Equal((429, "full"), (status, answer.GetProperty("message").GetString()));
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Stream_WhenItFailsBehindAMessage_SaysSoInItsLastLine()
    {
        var script = new LibraryScript
        {
            Watch = async (book, responses, _) =>
            {
                await responses.WriteAsync(book);
                throw Refusal();
            },
        };
        await using var server = await JsonServer.StartAsync(script);

        var lines = await server.LinesAsync(server.Request("GET", "/v1/books:watch?isbn=7"));

        Assert.Equal(2, lines.Count);
        Assert.Equal(8, lines[1].GetProperty("error").GetProperty("code").GetInt32());
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Stream_WhenItHasNoMessages_IsEmpty()
    {
        await using var server = await JsonServer.StartAsync();

        Assert.Empty(await server.LinesAsync(server.Request("GET", "/v1/books:watch")));
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Chat_WhenLinesComeOneByOne_AnswersEachBeforeTheNext()
    {
        await using var server = await JsonServer.StartAsync(version: 2);
        var pipe = new Pipe();
        using var request = server.Request("POST", "/v1/books:chat");
        request.Content = new PipeContent(pipe.Reader) { Headers = { ContentType = new("application/x-ndjson") } };
        await pipe.Writer.WriteAsync("{\"isbn\": \"0\"}\n"u8.ToArray(), Token);

        using var response = await server.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Token);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(Token));
        Assert.Equal("0", Isbn((await lines.ReadLineAsync(Token))!));
        for (var i = 1; i < 4; i++)
        {
            await pipe.Writer.WriteAsync(Encoding.UTF8.GetBytes($"\r\n{{\"isbn\":"), Token);
            await pipe.Writer.WriteAsync(Encoding.UTF8.GetBytes($" \"{i}\"}}\r\n"), Token);
            Assert.Equal($"{i}", Isbn((await lines.ReadLineAsync(Token))!));
        }

        // The last line needs no end.
        await pipe.Writer.WriteAsync("{\"isbn\": \"last\"}"u8.ToArray(), Token);
        await pipe.Writer.CompleteAsync();
        Assert.Equal("last", Isbn((await lines.ReadLineAsync(Token))!));
        Assert.Null(await lines.ReadLineAsync(Token));
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Chat_WhenALineIsWrong_AnswersThoseBeforeItAndNamesIt()
    {
        await using var server = await JsonServer.StartAsync();

        var lines = await server.LinesAsync(server.Request("POST", "/v1/books:chat", "{\"isbn\": \"0\"}\n\n{\"isbn\": \"1\"}\n{\"pages\": true}\n{}\n", "application/x-ndjson"));

        Assert.Equal(3, lines.Count);
        Assert.Equal("1", lines[1].GetProperty("isbn").GetString());
        Assert.Contains("(line 4, column 11)", lines[2].GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Theory(Timeout = TestServer.Patience)]
    [InlineData("application/json", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/jsonl", HttpStatusCode.OK)]
    public async Task Chat_WhenTheBodyHasAnotherLabel_IsRefused(string contentType, HttpStatusCode expected)
    {
        await using var server = await JsonServer.StartAsync();
        using var request = server.Request("POST", "/v1/books:chat", "{}\n", contentType);

        using var response = await server.Http.SendAsync(request, Token);

        Assert.Equal(expected, response.StatusCode);
    }

    [Theory(Timeout = TestServer.Patience)]
    [InlineData("\n")]
    [InlineData("")]
    public async Task Chat_WhenALineIsTooLong_IsRefused(string end)
    {
        await using var server = await JsonServer.StartAsync();
        var body = $$"""{"isbn": "{{new string('7', JsonServer.MaxBody)}}"}""" + end;

        var (status, answer) = await server.SendAsync("POST", "/v1/books:chat", body, "application/x-ndjson");

        Assert.Equal(400, status);
        Assert.Contains("Line", answer.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Collect_WhenLinesEnd_AnswersOnce()
    {
        await using var server = await JsonServer.StartAsync();

        var (status, sum) = await server.SendAsync("POST", "/v1/books:collect", "{\"pages\": 2}\n{\"pages\": 3}", "application/x-ndjson");

        Assert.Equal((200, 5), (status, sum.GetProperty("pages").GetInt32()));
    }

    private static string? Isbn(string line) => JsonDocument.Parse(line).RootElement.GetProperty("isbn").GetString();

    private static RpcException Refusal() => new(new Status(StatusCode.ResourceExhausted, "full"));

    private sealed class PipeContent(PipeReader reader) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            while (true)
            {
                var read = await reader.ReadAsync();
                foreach (var part in read.Buffer)
                    await stream.WriteAsync(part);
                await stream.FlushAsync();
                reader.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted)
                    return;
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
