using System.Net;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Google.Protobuf;
using Grpc.Core;
using LeadGrains.Grpc.Tests.V1;
using Microsoft.AspNetCore.Builder;

namespace LeadGrains.Grpc.Tests.Web;

public class WebRequestTests
{
    private static readonly byte[] Hello = Frames.Of(new Words { Text = "hello" });

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory(Timeout = TestServer.Patience)]
    [InlineData("application/grpc-web", null, "application/grpc-web")]
    [InlineData("application/grpc-web+proto", null, "application/grpc-web+proto")]
    [InlineData("application/grpc-web+proto;charset=utf-8", "*/*", "application/grpc-web+proto")]
    [InlineData("Application/GRPC-Web", "text/html", "application/grpc-web")]
    [InlineData("application/grpc-web-text", null, "application/grpc-web-text")]
    [InlineData("application/grpc-web-text+proto", "application/grpc-web-text+proto", "application/grpc-web-text+proto")]
    [InlineData("application/grpc-web-text", "application/grpc-web", "application/grpc-web")]
    [InlineData("application/grpc-web", "application/grpc-web-text", "application/grpc-web-text")]
    [InlineData("application/grpc-web", "text/html, application/grpc-web-text; q=0.5, application/grpc-web", "application/grpc-web-text")]
    public async Task Answer_WhenTypesAreAsked_IsOfTheFirstThatItKnows(string contentType, string? accept, string expected)
    {
        await using var server = await WebServer.StartAsync(version: 1);
        var isText = contentType.Contains("-text", StringComparison.Ordinal);
        var body = isText ? Encoding.ASCII.GetBytes(Convert.ToBase64String(Hello)) : Hello;

        var answer = await server.CallAsync(server.Request("Say", new ByteArrayContent(body), contentType, accept));

        Assert.Equal(expected, answer.ContentType);
        Assert.Equal("hello", Assert.Single(answer.Messages).Text);
    }

    [Theory(Timeout = TestServer.Patience)]
    [InlineData("application/grpc-webx")]
    [InlineData("application/grpc-web-texts")]
    [InlineData("application/json")]
    public async Task Request_WhenOfAnotherContentType_IsRefused(string contentType)
    {
        await using var server = await WebServer.StartAsync(version: 1);

        using var response = await server.Http.SendAsync(server.Request("Say", new ByteArrayContent(Hello), contentType), Token);

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Request_WhenItWasServed_IsAgainAsItCame()
    {
        var seen = new TaskCompletionSource<string?>();
        await using var server = await WebServer.StartAsync(version: 1, map: app =>
        {
            app.Use(async (http, next) =>
            {
                await next(http);
                seen.SetResult(http.Request.ContentType);
            });
            app.UseGrpcWeb(new GrpcWebOptions { DefaultEnabled = true });
            app.MapGrpcService<EchoService>();
        });

        await server.CallAsync("Say", Hello, WebServer.Binary);

        Assert.Equal(WebServer.Binary, await seen.Task.WaitAsync(Token));
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Text_WhenEncodedInAnyPieces_IsReadWhole()
    {
        await using var server = await WebServer.StartAsync(version: 1);
        var pieces = Gen.NonEmptyListOf(Gen.Choose(1, 40)).ToArbitrary();

        Prop.ForAll(pieces, lengths =>
        {
            var words = new Words { Payload = ByteString.CopyFrom([.. Enumerable.Range(0, 100).Select(i => (byte)(i * lengths.Sum()))]) };
            var body = new ByteArrayContent(Encoding.ASCII.GetBytes(InPieces(Frames.Of(words), lengths)));
            var answer = server.CallAsync(server.Request("Say", body, WebServer.Text)).GetAwaiter().GetResult();
            return answer.Status == "0" && answer.Messages.Single().Equals(words);
        }).QuickCheckThrowOnFailure();
    }

    [Theory(Timeout = TestServer.Patience)]
    [InlineData(1, WebServer.Text)]
    [InlineData(2, WebServer.Text)]
    [InlineData(1, WebServer.Binary)]
    public async Task Body_WhenItComesByteByByte_IsReadWhole(int version, string contentType)
    {
        await using var server = await WebServer.StartAsync(version);
        var body = contentType == WebServer.Text ? Encoding.ASCII.GetBytes(InPieces([.. Hello, .. Hello], [4, 9])) : [.. Hello, .. Hello];

        var answer = await server.CallAsync(server.Request("Chat", new DrippingContent(body), contentType));

        Assert.Equal(["hello", "hello"], answer.Messages.Select(message => message.Text));
        Assert.Equal("0", answer.Status);
    }

    [Theory(Timeout = TestServer.Patience)]
    [InlineData("AAAA!AAA", StatusCode.InvalidArgument)] // no base64
    [InlineData("AAAAAAk KB2hlbGxv", StatusCode.InvalidArgument)] // white space
    [InlineData("AAAAAA", StatusCode.InvalidArgument)] // cut off within four characters
    [InlineData("A===AAAA", StatusCode.InvalidArgument)] // padding that cannot be
    [InlineData("====", StatusCode.InvalidArgument)]
    [InlineData("AAAAAAcK", StatusCode.InvalidArgument)] // a message cut off
    [InlineData("AAAA", StatusCode.InvalidArgument)] // a prefix cut off
    [InlineData("gAAAAAA=", StatusCode.InvalidArgument)] // a frame of trailers
    [InlineData("AP////8=", StatusCode.ResourceExhausted)] // a length that lies
    [InlineData("", StatusCode.Unimplemented)] // no message
    public async Task Text_WhenItIsBad_SaysHow(string body, StatusCode expected)
    {
        await using var server = await WebServer.StartAsync(version: 1);

        var answer = await server.CallAsync(server.Request("Say", new StringContent(body), WebServer.Text));

        Assert.Equal(expected.ToString("D"), answer.Status);
        Assert.Empty(answer.Messages);
    }

    [Theory(Timeout = TestServer.Patience)]
    [InlineData("00", StatusCode.InvalidArgument)]
    [InlineData("0000000005", StatusCode.InvalidArgument)]
    [InlineData("00000000050a0361", StatusCode.InvalidArgument)]
    [InlineData("8000000000", StatusCode.InvalidArgument)]
    [InlineData("0000400001", StatusCode.ResourceExhausted)]
    public async Task Binary_WhenItIsBad_SaysHow(string body, StatusCode expected)
    {
        await using var server = await WebServer.StartAsync(version: 1);

        var answer = await server.CallAsync("Say", Convert.FromHexString(body), WebServer.Binary);

        Assert.Equal(expected.ToString("D"), answer.Status);
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Text_WhenItTurnsBad_AnswersTheMessagesBefore()
    {
        await using var server = await WebServer.StartAsync(version: 1);

        var answer = await server.CallAsync(server.Request("Chat", new StringContent(Convert.ToBase64String(Hello) + "!!!!"), WebServer.Text));

        Assert.Equal("hello", Assert.Single(answer.Messages).Text);
        Assert.Equal("3", answer.Status);
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task MoveNext_WhenTheTextIsBad_StaysBad()
    {
        var codes = new List<StatusCode>();
        await using var server = await WebServer.StartAsync(version: 1, new EchoScript
        {
            Collect = async (requests, _) =>
            {
                for (var i = 0; i < 3; i++)
                    codes.Add((await Assert.ThrowsAsync<RpcException>(() => requests.MoveNext(Token))).StatusCode);
                return new Words();
            },
        });

        await server.CallAsync(server.Request("Collect", new StringContent("AAAA!!!!"), WebServer.Text));

        Assert.Equal(Enumerable.Repeat(StatusCode.InvalidArgument, 3), codes);
    }

    // The lengths are used in turns until all bytes are encoded.
    private static string InPieces(byte[] bytes, List<int> lengths)
    {
        var text = new StringBuilder();
        for (int at = 0, turn = 0; at < bytes.Length; turn++)
        {
            var length = Math.Min(lengths[turn % lengths.Count], bytes.Length - at);
            text.Append(Convert.ToBase64String(bytes, at, length));
            at += length;
        }

        return text.ToString();
    }

    private sealed class DrippingContent(byte[] body) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            foreach (var one in body)
            {
                await stream.WriteAsync(new[] { one }, Token);
                await stream.FlushAsync(Token);
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
