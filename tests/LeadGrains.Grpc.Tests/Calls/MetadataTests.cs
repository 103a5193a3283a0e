using Grpc.Core;
using LeadGrains.Grpc.Tests.V1;

namespace LeadGrains.Grpc.Tests.Calls;

public class MetadataTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = TestServer.Patience)]
    public async Task Metadata_WhenSentToTheClient_ArrivesWithOrderAndBytes()
    {
        var sent = Sample();
        var script = new EchoScript
        {
            Say = async (request, context) =>
            {
                foreach (var entry in sent)
                    context.ResponseTrailers.Add(entry);
                await context.WriteResponseHeadersAsync(sent);
                return request;
            },
        };
        await using var server = await TestServer.StartAsync(script);
        using var call = server.Client.SayAsync(new Words(), cancellationToken: Token);
        await call;

        var expected = sent.Select(Text).ToList();
        Assert.Equal(expected, (await call.ResponseHeadersAsync).Where(entry => entry.Key is not ("date" or "server")).Select(Text));
        Assert.Equal(expected, call.GetTrailers().Select(Text));
        Assert.Equal("two", call.GetTrailers().GetValue("PLAIN"));
        Assert.Equal(3, call.GetTrailers().GetAll("raw-bin").Count());
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Metadata_WhenSentToTheServer_ArrivesWithTextsOfAKeyJoined()
    {
        IEnumerable<string> seen = [];
        var script = new EchoScript
        {
            Say = (request, context) =>
            {
                seen = [.. context.RequestHeaders.Select(Text)];
                return Task.FromResult(request);
            },
        };
        await using var server = await TestServer.StartAsync(script);
        await server.Client.SayAsync(new Words(), Sample(), cancellationToken: Token);

        // The HTTP client joins the values of one name, which the protocol allows; bytes are taken apart again.
        string[] expected = ["plain=one, two", "x-mixed=Case", "raw-bin=000102FEFF", "raw-bin=", "raw-bin=07"];
        Assert.Equal(expected, seen.Where(text => !text.StartsWith("user-agent", StringComparison.Ordinal)));
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Metadata_WhenRead_HidesWhatIsTheProtocols()
    {
        Metadata? seen = null;
        var script = new EchoScript
        {
            Say = (request, context) =>
            {
                seen = context.RequestHeaders;
                return Task.FromResult(request);
            },
        };
        await using var server = await TestServer.StartAsync(script);
        await server.Client.SayAsync(new Words(), deadline: DateTime.UtcNow.AddMinutes(1), cancellationToken: Token);

        Assert.Equal(["user-agent"], seen!.Select(entry => entry.Key));
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Metadata_WhenItHasNamesOfTheProtocol_LeavesThemOut()
    {
        string[] own = ["grpc-status", "grpc-message", "grpc-encoding", "content-type", "content-length", "te", "transfer-encoding"];
        Metadata WithOwn() => [.. own.Select(name => new Metadata.Entry(name, "9")), new("mine", "1")];
        Metadata? seen = null;
        var script = new EchoScript
        {
            Say = async (request, context) =>
            {
                seen = context.RequestHeaders;
                foreach (var entry in WithOwn())
                    context.ResponseTrailers.Add(entry);
                await context.WriteResponseHeadersAsync(WithOwn());
                return request;
            },
        };
        await using var server = await TestServer.StartAsync(script);
        using var call = server.Client.SayAsync(new Words { Text = "x" }, WithOwn(), cancellationToken: Token);

        Assert.Equal("x", (await call).Text);
        Assert.Equal(["mine"], seen!.Select(entry => entry.Key).Where(key => key != "user-agent"));
        Assert.Equal(["mine"], call.GetTrailers().Select(entry => entry.Key));
        Assert.Equal("1", (await call.ResponseHeadersAsync).GetValue("mine"));
    }

    [Theory(Timeout = TestServer.Patience)]
    [InlineData(20, 1_000, true)]
    [InlineData(40, 1_000, false)] // Kestrel takes 32 KiB
    [InlineData(200, 1, false)] // and 100 headers, or breaks the connection off
    public async Task Metadata_WhenTooMuchForTheServer_FailsTheCall(int count, int length, bool isTaken)
    {
        await using var server = await TestServer.StartAsync();
        Metadata headers = [.. Enumerable.Range(0, count).Select(i => new Metadata.Entry($"key-{i}", new string('x', length)))];
        using var call = server.Client.SayAsync(new Words(), headers, cancellationToken: Token);

        await Record.ExceptionAsync(() => call.ResponseAsync);

        Assert.True(isTaken == (call.GetStatus().StatusCode == StatusCode.OK), call.GetStatus().ToString());
        Assert.Equal(new Words(), await server.Client.SayAsync(new Words(), cancellationToken: Token));
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Metadata_WhenATrailerCannotBeSent_EndsTheCallAsInternal()
    {
        var script = new EchoScript
        {
            Say = (request, context) =>
            {
                context.ResponseTrailers.Add("name", "Zoë\n");
                return Task.FromResult(request);
            },
        };
        await using var server = await TestServer.StartAsync(script);

        var failure = await Assert.ThrowsAsync<RpcException>(() => server.Client.SayAsync(new Words(), cancellationToken: Token).ResponseAsync);

        Assert.Equal(StatusCode.Internal, failure.StatusCode);
        Assert.Contains("name", failure.Status.Detail, StringComparison.Ordinal);
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task ResponseHeaders_WhenSentAlone_ArriveBeforeTheFirstMessage()
    {
        var release = new TaskCompletionSource();
        var script = new EchoScript
        {
            Repeat = async (_, responses, context) =>
            {
                await context.WriteResponseHeadersAsync(new Metadata { { "ready", "yes" } });
                await release.Task;
                await responses.WriteAsync(new Words());
            },
        };
        await using var server = await TestServer.StartAsync(script);
        using var call = server.Client.Repeat(new Words(), cancellationToken: Token);

        Assert.Equal("yes", (await call.ResponseHeadersAsync).GetValue("ready"));
        release.SetResult();
        Assert.True(await call.ResponseStream.MoveNext(Token));
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task ResponseHeaders_WhenSentTwice_AreRefused()
    {
        Exception? refused = null;
        var script = new EchoScript
        {
            Say = async (request, context) =>
            {
                await context.WriteResponseHeadersAsync([]);
                refused = await Record.ExceptionAsync(() => context.WriteResponseHeadersAsync([]));
                return request;
            },
        };
        await using var server = await TestServer.StartAsync(script);
        await server.Client.SayAsync(new Words(), cancellationToken: Token);

        Assert.IsType<InvalidOperationException>(refused);
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Context_WhenServing_KnowsMethodHostAndPeer()
    {
        (string Method, string Host, string Peer, DateTime Deadline) told = default;
        var script = new EchoScript
        {
            Say = (request, context) =>
            {
                told = (context.Method, context.Host, context.Peer, context.Deadline);
                Assert.False(context.AuthContext.IsPeerAuthenticated);
                context.UserState["key"] = "value";
                Assert.Equal("value", context.UserState["key"]);
                return Task.FromResult(request);
            },
        };
        await using var server = await TestServer.StartAsync(script);
        await server.Client.WithHost("example.test:1").SayAsync(new Words(), cancellationToken: Token);

        Assert.Equal("/echo.v1.Echo/Say", told.Method);
        Assert.Equal("example.test:1", told.Host);
        Assert.StartsWith("ipv4:127.0.0.1:", told.Peer, StringComparison.Ordinal);
        Assert.Equal(DateTime.MaxValue, told.Deadline);
    }

    private static Metadata Sample() =>
    [
        new("plain", "one"), new("plain", "two"), new("X-Mixed", "Case"),
        new("raw-bin", [0, 1, 2, 0xfe, 0xff]), new("raw-bin", Array.Empty<byte>()), new("raw-bin", [7]),
    ];

    private static string Text(Metadata.Entry entry) =>
        entry.IsBinary ? $"{entry.Key}={Convert.ToHexString(entry.ValueBytes)}" : $"{entry.Key}={entry.Value}";
}
