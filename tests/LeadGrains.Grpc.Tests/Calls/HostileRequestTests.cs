using System.Net;
using Grpc.Core;
using LeadGrains.Grpc.Tests.V1;

namespace LeadGrains.Grpc.Tests.Calls;

public class HostileRequestTests
{
    private static readonly byte[] Good = Frames.Of(new Words { Text = "good" });

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory(Timeout = TestServer.Patience)]
    [InlineData("", StatusCode.Unimplemented)] // no message
    [InlineData("00", StatusCode.InvalidArgument)] // a prefix cut off
    [InlineData("0000000005", StatusCode.InvalidArgument)] // a prefix without its message
    [InlineData("00000000050a0361", StatusCode.InvalidArgument)] // a message cut off
    [InlineData("0000000003ffffff", StatusCode.InvalidArgument)] // a message that is none
    [InlineData("00000000020a05", StatusCode.InvalidArgument)] // a message whose field is cut off
    [InlineData("0700000000", StatusCode.InvalidArgument)] // a flag that does not exist
    [InlineData("0100000000", StatusCode.Internal)] // compressed, without saying how
    [InlineData("00ffffffff", StatusCode.ResourceExhausted)] // a length that lies
    [InlineData("0000400001", StatusCode.ResourceExhausted)] // one byte above the limit
    [InlineData("00000000000000000000", StatusCode.Unimplemented)] // two messages
    [InlineData("000000000000", StatusCode.InvalidArgument)] // something behind the message
    public async Task Unary_WhenTheBodyIsBad_SaysHow(string body, StatusCode expected)
    {
        await using var server = await TestServer.StartAsync();
        using var http = server.RawClient();

        using var response = await http.SendAsync(Frames.Request("/echo.v1.Echo/Say", Convert.FromHexString(body)), Token);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(expected.ToString("D"), Frames.StatusOf(response));
        Assert.Empty(await response.Content.ReadAsByteArrayAsync(Token));
    }

    [Theory(Timeout = TestServer.Patience)]
    [InlineData("0000000005")]
    [InlineData("00")]
    [InlineData("0000000003ffffff")]
    public async Task Duplex_WhenAFrameIsBad_AnswersThoseBeforeIt(string bad)
    {
        await using var server = await TestServer.StartAsync();
        using var http = server.RawClient();

        using var response = await http.SendAsync(Frames.Request("/echo.v1.Echo/Chat", [.. Good, .. Good, .. Convert.FromHexString(bad)]), Token);

        byte[] answers = [.. Good, .. Good];
        Assert.Equal(answers, await response.Content.ReadAsByteArrayAsync(Token));
        Assert.Equal("3", Frames.StatusOf(response));
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task MoveNext_WhenTheStreamIsBroken_StaysBroken()
    {
        var codes = new List<StatusCode>();
        await using var server = await TestServer.StartAsync(new EchoScript
        {
            Collect = async (requests, _) =>
            {
                for (var i = 0; i < 3; i++)
                    codes.Add((await Assert.ThrowsAsync<RpcException>(() => requests.MoveNext(Token))).StatusCode);
                return new Words();
            },
        });
        using var http = server.RawClient();

        foreach (var body in new[] { "000000000512", "0900000000" })
            using (await http.SendAsync(Frames.Request("/echo.v1.Echo/Collect", Convert.FromHexString(body)), Token))
                Assert.Equal(Enumerable.Repeat(StatusCode.InvalidArgument, 3), codes.TakeLast(3));
    }

    [Theory(Timeout = TestServer.Patience)]
    [InlineData("application/json", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/grpc-web", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/grpcx", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("grpc/application", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/grpc+proto", HttpStatusCode.OK)]
    [InlineData("application/grpc+anything; x=y", HttpStatusCode.OK)]
    [InlineData("Application/GRPC", HttpStatusCode.OK)]
    [InlineData("application/grpc;charset=utf-8", HttpStatusCode.OK)]
    public async Task Request_WhenOfAContentType_IsTakenOrRefused(string contentType, HttpStatusCode expected)
    {
        await using var server = await TestServer.StartAsync();
        using var http = server.RawClient();

        using var response = await http.SendAsync(Frames.Request("/echo.v1.Echo/Say", Good, contentType), Token);

        Assert.Equal(expected, response.StatusCode);
        Assert.Equal(expected == HttpStatusCode.OK ? "0" : "13", Frames.StatusOf(response));
    }

    [Theory(Timeout = TestServer.Patience)]
    [InlineData("GET")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    public async Task Request_WhenOfAnotherHttpMethod_IsNotFound(string method)
    {
        await using var server = await TestServer.StartAsync();
        using var http = server.RawClient();
        using var request = Frames.Request("/echo.v1.Echo/Say", Good);
        request.Method = new HttpMethod(method);

        using var response = await http.SendAsync(request, Token);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Request_WhenItHasNoContentType_IsRefused()
    {
        await using var server = await TestServer.StartAsync();
        using var http = server.RawClient();
        using var request = Frames.Request("/echo.v1.Echo/Say", Good);
        request.Content!.Headers.ContentType = null;

        using var response = await http.SendAsync(request, Token);

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Metadata_WhenBase64IsBad_IsInternal()
    {
        await using var server = await TestServer.StartAsync(new EchoScript { Say = (request, context) => Task.FromResult(new Words { Number = context.RequestHeaders.Count }) });
        using var http = server.RawClient();
        using var request = Frames.Request("/echo.v1.Echo/Say", Good);
        request.Headers.TryAddWithoutValidation("blob-bin", "=!=");

        using var response = await http.SendAsync(request, Token);

        Assert.Equal("13", Frames.StatusOf(response));
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Request_WhenOverHttp1_IsToldToUpgrade()
    {
        await using var server = await TestServer.StartAsync(protocols: Microsoft.AspNetCore.Server.Kestrel.Core.HttpProtocols.Http1);
        using var http = new HttpClient { BaseAddress = server.Address };
        using var request = Frames.Request("/echo.v1.Echo/Say", Good);
        request.Version = HttpVersion.Version11;

        using var response = await http.SendAsync(request, Token);

        Assert.Equal(HttpStatusCode.UpgradeRequired, response.StatusCode);
        Assert.Equal(["h2c"], response.Headers.Upgrade.Select(upgrade => upgrade.Name));
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Request_WhenTheServerKnowsOtherRoutes_LeavesThemAlone()
    {
        await using var server = await TestServer.StartAsync();
        using var http = server.RawClient();

        using var plain = await http.GetAsync(new Uri("/some/where", UriKind.Relative), Token);
        using var deep = await http.SendAsync(Frames.Request("/some/where/else", Good), Token);

        Assert.Equal(HttpStatusCode.NotFound, plain.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, deep.StatusCode);
    }
}
