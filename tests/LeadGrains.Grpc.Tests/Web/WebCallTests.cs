using System.Net;
using Grpc.Core;
using LeadGrains.Grpc.Tests.V1;
using Microsoft.AspNetCore.Builder;

namespace LeadGrains.Grpc.Tests.Web;

public class WebCallTests
{
    private static readonly byte[] Hello = Frames.Of(new Words { Text = "hello" });

    public static TheoryData<int, string> Ways => new()
    {
        { 1, WebServer.Binary },
        { 1, WebServer.Text },
        { 2, WebServer.Binary },
        { 2, WebServer.Text },
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory(Timeout = TestServer.Patience)]
    [MemberData(nameof(Ways))]
    public async Task Unary_WhenCalled_AnswersWithMessageAndTrailers(int version, string contentType)
    {
        await using var server = await WebServer.StartAsync(version, new EchoScript
        {
            Say = async (request, context) =>
            {
                await context.WriteResponseHeadersAsync([new("early", context.RequestHeaders.GetValue("asked") ?? "")]);
                context.ResponseTrailers.Add("late", "last");
                context.ResponseTrailers.Add("blob-bin", [255, 0]);
                return request;
            },
        });
        using var request = server.Request("Say", Body(Hello, contentType), contentType);
        request.Headers.Add("asked", "first");

        var answer = await server.CallAsync(request);

        Assert.Equal("hello", Assert.Single(answer.Messages).Text);
        Assert.Equal(["first"], answer.Headers.GetValues("early"));
        Assert.Equal(["blob-bin: /wA", "grpc-status: 0", "late: last"], answer.Trailers.Order(StringComparer.Ordinal));
        Assert.Equal(contentType, answer.ContentType);
    }

    [Theory(Timeout = TestServer.Patience)]
    [MemberData(nameof(Ways))]
    public async Task Unary_WhenCalledOftenOnOneConnection_AnswersEachTime(int version, string contentType)
    {
        await using var server = await WebServer.StartAsync(version);
        for (var i = 0; i < 20; i++)
        {
            var words = new Words { Text = new string('x', i), Number = i };

            var answer = await server.CallAsync("Say", Frames.Of(words), contentType);

            Assert.Equal(words, Assert.Single(answer.Messages));
            Assert.Equal("0", answer.Status);
        }
    }

    [Theory(Timeout = TestServer.Patience)]
    [MemberData(nameof(Ways))]
    public async Task Unary_WhenTheMessagesAreLong_CarriesThemWhole(int version, string contentType)
    {
        await using var server = await WebServer.StartAsync(version);
        var words = new Words { Text = string.Concat(Enumerable.Range(0, 300_000).Select(i => (char)('a' + (i % 26)))) };

        var answer = await server.CallAsync("Say", Frames.Of(words), contentType);

        Assert.Equal(words, Assert.Single(answer.Messages));
    }

    [Theory(Timeout = TestServer.Patience)]
    [MemberData(nameof(Ways))]
    public async Task ServerStreaming_WhenCalled_AnswersAll(int version, string contentType)
    {
        await using var server = await WebServer.StartAsync(version);

        var answer = await server.CallAsync("Repeat", Frames.Of(new Words { Text = "again", Number = 7 }), contentType);

        Assert.Equal(Enumerable.Range(0, 7), answer.Messages.Select(message => message.Number));
        Assert.Equal("0", answer.Status);
    }

    [Theory(Timeout = TestServer.Patience)]
    [MemberData(nameof(Ways))]
    public async Task ServerStreaming_WhenItRests_HasSentWhatItWrote(int version, string contentType)
    {
        var goOn = new TaskCompletionSource();
        await using var server = await WebServer.StartAsync(version, new EchoScript
        {
            Repeat = async (request, responses, _) =>
            {
                await responses.WriteAsync(request);
                await goOn.Task;
                await responses.WriteAsync(request);
            },
        });
        using var request = server.Request("Repeat", Body(Hello, contentType), contentType);

        using var response = await server.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Token);
        await using var body = await response.Content.ReadAsStreamAsync(Token);
        var isText = contentType == WebServer.Text;
        var first = new byte[isText ? (Hello.Length + 2) / 3 * 4 : Hello.Length];
        await body.ReadExactlyAsync(first, Token);
        Assert.False(goOn.Task.IsCompleted);
        Assert.Equal(Hello, isText ? WebAnswer.FromBase64(System.Text.Encoding.ASCII.GetString(first)) : first);

        goOn.SetResult();
        using var rest = new MemoryStream();
        await body.CopyToAsync(rest, Token);
        Assert.True(rest.Length > first.Length);
    }

    [Theory(Timeout = TestServer.Patience)]
    [MemberData(nameof(Ways))]
    public async Task StreamingBothWays_WhenTheBodyIsWhole_AnswersEach(int version, string contentType)
    {
        await using var server = await WebServer.StartAsync(version);
        byte[] two = [.. Hello, .. Frames.Of(new Words { Number = 2 })];

        var collected = await server.CallAsync("Collect", two, contentType);
        var echoed = await server.CallAsync("Chat", two, contentType);

        Assert.Equal(new Words { Text = "hello", Number = 2 }, Assert.Single(collected.Messages));
        Assert.Equal(["hello", ""], echoed.Messages.Select(message => message.Text));
    }

    [Theory(Timeout = TestServer.Patience)]
    [MemberData(nameof(Ways))]
    public async Task Call_WhenRefusedWithoutAMessage_SaysSoInTheLastFrame(int version, string contentType)
    {
        await using var server = await WebServer.StartAsync(version, new EchoScript
        {
            Say = (_, _) => throw new RpcException(new Status(StatusCode.NotFound, "nobody, ü"), [new("hint", "look elsewhere")]),
        });

        var answer = await server.CallAsync("Say", Hello, contentType);

        Assert.Empty(answer.Messages);
        Assert.Equal(["grpc-message: nobody, %C3%BC", "grpc-status: 5", "hint: look elsewhere"], answer.Trailers.Order(StringComparer.Ordinal));
        Assert.DoesNotContain(answer.Headers, header => header.Key is "grpc-status" or "grpc-message" or "hint");
        Assert.Equal(contentType, answer.ContentType);
    }

    [Theory(Timeout = TestServer.Patience)]
    [MemberData(nameof(Ways))]
    public async Task ServerStreaming_WhenItFailsAfterAMessage_SaysSoInTheLastFrame(int version, string contentType)
    {
        await using var server = await WebServer.StartAsync(version, new EchoScript
        {
            Repeat = async (request, responses, _) =>
            {
                await responses.WriteAsync(request);
                throw new RpcException(new Status(StatusCode.DataLoss, "gone"));
            },
        });

        var answer = await server.CallAsync("Repeat", Hello, contentType);

        Assert.Single(answer.Messages);
        Assert.Equal(["grpc-message: gone", "grpc-status: 15"], answer.Trailers.Order(StringComparer.Ordinal));
    }

    [Theory(Timeout = TestServer.Patience)]
    [MemberData(nameof(Ways))]
    public async Task Call_WhenItsDeadlinePasses_EndsAtOnce(int version, string contentType)
    {
        var isCancelled = new TaskCompletionSource();
        await using var server = await WebServer.StartAsync(version, new EchoScript
        {
            Repeat = async (request, responses, context) =>
            {
                await responses.WriteAsync(request);
                await Task.Delay(Timeout.Infinite, context.CancellationToken).ContinueWith(_ => isCancelled.SetResult(), TaskScheduler.Default);
            },
        });
        using var request = server.Request("Repeat", Body(Hello, contentType), contentType);
        request.Headers.Add("grpc-timeout", "200m");

        var answer = await server.CallAsync(request);

        Assert.Single(answer.Messages);
        Assert.Equal("4", answer.Status);
        await isCancelled.Task.WaitAsync(TimeSpan.FromSeconds(30), Token);
    }

    [Theory(Timeout = TestServer.Patience)]
    [MemberData(nameof(Ways))]
    public async Task Call_WhenItsDeadlinePassesAmidWrites_StaysReadable(int version, string contentType)
    {
        await using var server = await WebServer.StartAsync(version, new EchoScript
        {
            Repeat = async (request, responses, context) =>
            {
                while (!context.CancellationToken.IsCancellationRequested)
                    await responses.WriteAsync(request);
            },
        });

        for (var call = 0; call < 40; call++)
        {
            using var request = server.Request("Repeat", Body(Hello, contentType), contentType);
            request.Headers.Add("grpc-timeout", $"{1 + (call % 10)}m");

            var answer = await server.CallAsync(request);

            Assert.Equal("4", answer.Status);
            Assert.All(answer.Messages, message => Assert.Equal("hello", message.Text));
        }
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Call_WhenAnHttp1CallerLeaves_IsCancelled()
    {
        var isCancelled = new TaskCompletionSource();
        await using var server = await WebServer.StartAsync(version: 1, new EchoScript
        {
            Repeat = async (request, responses, context) =>
            {
                await responses.WriteAsync(request);
                await Task.Delay(Timeout.Infinite, context.CancellationToken).ContinueWith(_ => isCancelled.SetResult(), TaskScheduler.Default);
            },
        });
        using var request = server.Request("Repeat", Body(Hello, WebServer.Binary), WebServer.Binary);

        using (await server.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Token))
        {
        }

        await isCancelled.Task.WaitAsync(TimeSpan.FromSeconds(30), Token);
    }

    [Theory(Timeout = TestServer.Patience)]
    [MemberData(nameof(Ways))]
    public async Task Call_WhenTheMethodIsUnknown_IsUnimplemented(int version, string contentType)
    {
        await using var server = await WebServer.StartAsync(version);

        var answer = await server.CallAsync("Shout", Hello, contentType);

        Assert.Equal("12", answer.Status);
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Call_WhenTheEndpointDoesNotAnswerGrpcWeb_IsRefused()
    {
        await using var server = await WebServer.StartAsync(version: 2, map: app =>
        {
            app.UseGrpcWeb();
            app.MapGrpcService<EchoService>();
        });

        using var response = await server.Http.SendAsync(server.Request("Say", Body(Hello, WebServer.Binary), WebServer.Binary), Token);

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Call_WhenTheServiceEnablesGrpcWeb_IsAnswered()
    {
        await using var server = await WebServer.StartAsync(version: 1, map: app =>
        {
            app.UseGrpcWeb();
            app.MapGrpcService<EchoService>().EnableGrpcWeb();
        });

        Assert.Equal("0", (await server.CallAsync("Say", Hello, WebServer.Binary)).Status);
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task PlainCall_WhenGrpcWebIsEnabled_IsAnsweredAsBefore()
    {
        await using var server = await WebServer.StartAsync(version: 2);
        using var raw = server.Server.RawClient();

        Assert.Equal("plain", (await server.Server.Client.SayAsync(new Words { Text = "plain" }, cancellationToken: Token)).Text);
        using var response = await raw.SendAsync(Frames.Request("/echo.v1.Echo/Say", Hello), Token);
        Assert.Equal(Hello, await response.Content.ReadAsByteArrayAsync(Token));
        Assert.Equal("application/grpc", response.Content.Headers.ContentType?.ToString());
        Assert.Equal(["0"], response.TrailingHeaders.GetValues("grpc-status"));
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task PlainCall_WhenOverHttp1_IsStillToldToUpgrade()
    {
        await using var server = await WebServer.StartAsync(version: 1);

        using var response = await server.Http.SendAsync(server.Request("Say", Body(Hello, WebServer.Binary), "application/grpc"), Token);

        Assert.Equal(HttpStatusCode.UpgradeRequired, response.StatusCode);
    }

    private static ByteArrayContent Body(byte[] frames, string contentType) =>
        new(contentType == WebServer.Text ? System.Text.Encoding.ASCII.GetBytes(Convert.ToBase64String(frames)) : frames);
}
