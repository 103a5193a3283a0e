using System.Net;
using System.Net.Sockets;
using Grpc.Core;
using Grpc.Net.Client;
using LeadGrains.Grpc.Tests.V1;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace LeadGrains.Grpc.Tests.Client;

/// <summary>What the client makes of servers that are no gRPC servers, or bad ones.</summary>
public class BrokenServerTests
{
    private static readonly byte[] Good = Frames.Of(new Words { Text = "good" });

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory(Timeout = TestServer.Patience)]
    [InlineData(400, StatusCode.Internal)]
    [InlineData(401, StatusCode.Unauthenticated)]
    [InlineData(403, StatusCode.PermissionDenied)]
    [InlineData(404, StatusCode.Unimplemented)]
    [InlineData(429, StatusCode.Unavailable)]
    [InlineData(500, StatusCode.Unknown)]
    [InlineData(502, StatusCode.Unavailable)]
    [InlineData(503, StatusCode.Unavailable)]
    [InlineData(504, StatusCode.Unavailable)]
    [InlineData(200, StatusCode.Unknown)]
    public Task Unary_WhenTheAnswerIsOfHttpOnly_MapsItsStatus(int http, StatusCode expected) => Ends(expected, context =>
    {
        context.Response.StatusCode = http;
        return context.Response.WriteAsync("a page", Token);
    });

    [Fact(Timeout = TestServer.Patience)]
    public Task Unary_WhenAnHttpErrorHasAStatus_TakesIt() => Ends(StatusCode.NotFound, context =>
    {
        context.Response.StatusCode = 503;
        context.Response.Headers["grpc-status"] = "5";
        return Task.CompletedTask;
    });

    [Fact(Timeout = TestServer.Patience)]
    public Task Unary_WhenThereIsNoStatus_IsUnknown() => Ends(StatusCode.Unknown, context => Answer(context, Good, status: null));

    [Theory(Timeout = TestServer.Patience)]
    [InlineData("17")]
    [InlineData("-1")]
    [InlineData("many")]
    [InlineData("99999999999")]
    public Task Unary_WhenTheStatusDoesNotExist_IsUnknown(string status) => Ends(StatusCode.Unknown, context => Answer(context, Good, status));

    [Theory(Timeout = TestServer.Patience)]
    [InlineData("5", StatusCode.NotFound)]
    [InlineData("0", StatusCode.OK)]
    public async Task Unary_WhenATrailerIsNotBase64_TellsWhyTheCallFailedAllTheSame(string status, StatusCode expected)
    {
        await using var server = await TestServer.StartAsync(_ => { }, app => app.Run(async context =>
        {
            await Answer(context, Good, status);
            context.Response.AppendTrailer("spoilt-bin", "no base64");
            context.Response.AppendTrailer("text", "readable");
        }));
        using var call = server.Client.SayAsync(new Words(), cancellationToken: Token);
        var failure = await Record.ExceptionAsync(() => call.ResponseAsync) as RpcException;

        Assert.Equal(expected, failure?.StatusCode ?? StatusCode.OK);
        if (failure is null)
            Assert.Equal(StatusCode.Internal, Assert.Throws<RpcException>(call.GetTrailers).StatusCode);
        else
            Assert.Equal(["text"], failure.Trailers.Select(entry => entry.Key));
    }

    [Fact(Timeout = TestServer.Patience)]
    public Task Unary_WhenThereIsNoMessage_IsUnimplemented() => Ends(StatusCode.Unimplemented, context => Answer(context, [], "0"));

    [Fact(Timeout = TestServer.Patience)]
    public Task Unary_WhenThereAreTwoMessages_IsUnimplemented() => Ends(StatusCode.Unimplemented, context => Answer(context, [.. Good, .. Good], "0"));

    [Fact(Timeout = TestServer.Patience)]
    public Task Unary_WhenTheMessageIsCutOff_IsInternal() => Ends(StatusCode.Internal, context => Answer(context, Good[..^1], "0"));

    [Fact(Timeout = TestServer.Patience)]
    public Task Unary_WhenTheMessageIsCutOffAndTheTrailersSayWhy_TakesThem() => Ends(StatusCode.DeadlineExceeded, context => Answer(context, Good[..^1], "4"));

    [Fact(Timeout = TestServer.Patience)]
    public Task Unary_WhenTheMessageIsNone_IsInternal() => Ends(StatusCode.Internal, context => Answer(context, Frames.Of([0xff]), "0"));

    [Theory(Timeout = TestServer.Patience)]
    [InlineData("gzip")] // and it is no gzip
    [InlineData("snappy")]
    [InlineData("identity")]
    [InlineData(null)]
    public Task Unary_WhenTheMessageCannotBeDecompressed_IsInternal(string? encoding) => Ends(StatusCode.Internal, context =>
    {
        if (encoding is not null)
            context.Response.Headers["grpc-encoding"] = encoding;
        return Answer(context, Frames.Of([1, 2, 3], flag: 1), "0");
    });

    [Theory(Timeout = TestServer.Patience)]
    [InlineData(0x7, StatusCode.Unavailable)]
    [InlineData(0x8, StatusCode.Cancelled)]
    [InlineData(0xb, StatusCode.ResourceExhausted)]
    [InlineData(0xc, StatusCode.PermissionDenied)]
    [InlineData(0x2, StatusCode.Internal)]
    public Task Unary_WhenTheStreamIsReset_MapsTheError(int error, StatusCode expected) => Ends(expected, async context =>
    {
        context.Response.ContentType = "application/grpc";
        await context.Response.StartAsync(Token);
        context.Features.GetRequiredFeature<IHttpResetFeature>().Reset(error);
    });

    [Fact(Timeout = TestServer.Patience)]
    public async Task Unary_WhenTheServerSpeaksNoHttp_IsUnavailable()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var server = Task.Run(
            async () =>
            {
                using var connection = await listener.AcceptSocketAsync(Token);
                await connection.SendAsync("220 mail.example ready\r\n"u8.ToArray(), Token);
            },
            Token);
        using var channel = GrpcChannel.ForAddress($"http://{listener.LocalEndpoint}");

        var failure = await Assert.ThrowsAsync<RpcException>(() => new Echo.EchoClient(channel).SayAsync(new Words(), cancellationToken: Token).ResponseAsync);

        Assert.Contains(failure.StatusCode, new[] { StatusCode.Unavailable, StatusCode.Internal });
        await server;
    }

    [Theory]
    [InlineData("ftp://example.test")]
    [InlineData("unix:/tmp/socket")]
    public void Channel_WhenTheAddressIsNotHttp_IsRefused(string address) => Assert.Throws<InvalidOperationException>(() => GrpcChannel.ForAddress(address));

    private static async Task Answer(HttpContext context, byte[] body, string? status)
    {
        context.Response.ContentType = "application/grpc";
        await context.Response.StartAsync(Token);
        await context.Response.Body.WriteAsync(body, Token);
        if (status is not null)
            context.Response.AppendTrailer("grpc-status", status);
    }

    private static async Task Ends(StatusCode expected, RequestDelegate serve)
    {
        await using var server = await TestServer.StartAsync(_ => { }, app => app.Run(serve));
        using var call = server.Client.SayAsync(new Words(), cancellationToken: Token);

        var failure = await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync);

        Assert.Equal(expected, failure.StatusCode);
        Assert.Equal(failure.Status, call.GetStatus());
    }
}
