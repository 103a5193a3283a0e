using Grpc.Core;
using Grpc.Net.Client;
using LeadGrains.Grpc.Tests.V1;

namespace LeadGrains.Grpc.Tests.Client;

/// <summary>TLS, certificates on both sides, and what proves the caller of a call.</summary>
public class CredentialsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = TestServer.Patience)]
    public async Task Tls_WhenTheCertificateIsTrusted_Calls()
    {
        using var certificate = Certificates.Of("server.test");
        await using var host = await EchoHost.StartAsync(certificate: certificate);
        using var handler = Certificates.Trusting(certificate);
        using var channel = GrpcChannel.ForAddress(host.Address, new GrpcChannelOptions { HttpHandler = handler, Credentials = ChannelCredentials.SecureSsl });

        Assert.Equal("https", host.Address.Scheme);
        Assert.Equal("sealed", (await new Echo.EchoClient(channel).SayAsync(new Words { Text = "sealed" }, cancellationToken: Token)).Text);
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Tls_WhenTheCertificateIsNotTrusted_IsUnavailable()
    {
        using var certificate = Certificates.Of("server.test");
        await using var host = await EchoHost.StartAsync(certificate: certificate);
        using var channel = GrpcChannel.ForAddress(host.Address);

        var failure = await Assert.ThrowsAsync<RpcException>(() => new Echo.EchoClient(channel).SayAsync(new Words(), cancellationToken: Token).ResponseAsync);

        Assert.Equal(StatusCode.Unavailable, failure.StatusCode);
    }

    [Theory(Timeout = TestServer.Patience)]
    [InlineData("client.test", true)]
    [InlineData("stranger.test", false)]
    [InlineData(null, false)]
    public async Task Tls_WhenTheServerWantsACertificate_TakesTheRightOneOnly(string? name, bool expected)
    {
        using var certificate = Certificates.Of("server.test");
        using var own = name is null ? null : Certificates.Of(name);
        await using var host = await EchoHost.StartAsync(certificate: certificate, wantsClientCertificate: true);
        using var handler = Certificates.Trusting(certificate, own);
        using var channel = GrpcChannel.ForAddress(host.Address, new GrpcChannelOptions { HttpHandler = handler });

        var failure = await Record.ExceptionAsync(() => new Echo.EchoClient(channel).SayAsync(new Words(), cancellationToken: Token).ResponseAsync);

        Assert.Equal(expected, failure is null);
        if (failure is not null)
            Assert.Equal(StatusCode.Unavailable, Assert.IsType<RpcException>(failure).StatusCode);
    }

    [Theory]
    [InlineData("http://127.0.0.1:1", true)]
    [InlineData("https://127.0.0.1:1", false)]
    public void Channel_WhenItsCredentialsContradictItsAddress_IsRefused(string address, bool secure) =>
        Assert.Throws<InvalidOperationException>(() => GrpcChannel.ForAddress(address, new GrpcChannelOptions { Credentials = secure ? ChannelCredentials.SecureSsl : ChannelCredentials.Insecure }));

    [Fact]
    public void Channel_WhenCallCredentialsHaveNoTls_IsRefusedUnlessAllowed()
    {
        var credentials = ChannelCredentials.Create(ChannelCredentials.Insecure, Secret("a"));

        Assert.Throws<InvalidOperationException>(() => GrpcChannel.ForAddress("http://127.0.0.1:1", new GrpcChannelOptions { Credentials = credentials }));
        GrpcChannel.ForAddress("http://127.0.0.1:1", new GrpcChannelOptions { Credentials = credentials, UnsafeUseInsecureChannelCallCredentials = true }).Dispose();
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Call_WhenChannelAndCallHaveCredentials_SendsThemAll()
    {
        using var certificate = Certificates.Of("server.test");
        await using var host = await EchoHost.StartAsync(Telling("secret"), certificate: certificate);
        using var handler = Certificates.Trusting(certificate);
        using var channel = GrpcChannel.ForAddress(host.Address, new GrpcChannelOptions
        {
            HttpHandler = handler,
            Credentials = ChannelCredentials.Create(new SslCredentials(), CallCredentials.Compose(Secret("channel 1"), Secret("channel 2"))),
        });

        var answer = await new Echo.EchoClient(channel).SayAsync(new Words(), new CallOptions(new Metadata { { "secret", "header" } }, cancellationToken: Token).WithCredentials(Secret("call")));

        Assert.Equal("header, call, channel 1, channel 2", answer.Text);
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Interceptor_WhenItIsAsked_KnowsTheMethod()
    {
        using var certificate = Certificates.Of("server.test");
        await using var host = await EchoHost.StartAsync(certificate: certificate);
        using var handler = Certificates.Trusting(certificate);
        using var channel = GrpcChannel.ForAddress(host.Address, new GrpcChannelOptions { HttpHandler = handler });
        AuthInterceptorContext? asked = null;
        var credentials = CallCredentials.FromInterceptor((context, _) =>
        {
            asked = context;
            return Task.CompletedTask;
        });

        await new Echo.EchoClient(channel).SayAsync(new Words(), new CallOptions(credentials: credentials, cancellationToken: Token));

        Assert.Equal($"https://127.0.0.1:{host.Port}/echo.v1.Echo", asked!.ServiceUrl);
        Assert.Equal("Say", asked.MethodName);
    }

    [Theory(Timeout = TestServer.Patience)]
    [InlineData("dns:///localhost", "https://localhost/echo.v1.Echo")]
    [InlineData("dns:///localhost:443", "https://localhost/echo.v1.Echo")]
    [InlineData("dns:///localhost:80", "https://localhost:80/echo.v1.Echo")]
    public async Task Interceptor_WhenTheNameIsResolved_KnowsTheServiceByIt(string address, string expected)
    {
        using var channel = GrpcChannel.ForAddress(address, new GrpcChannelOptions { Credentials = ChannelCredentials.SecureSsl });
        var asked = "";
        var credentials = CallCredentials.FromInterceptor((context, _) =>
        {
            asked = context.ServiceUrl;
            throw new RpcException(new Status(StatusCode.Unauthenticated, "Nothing is to be sent."));
        });

        Assert.Equal(StatusCode.Unauthenticated, await FailureOf(channel, credentials));
        Assert.Equal(expected, asked);
    }

    [Theory(Timeout = TestServer.Patience)]
    [InlineData(false, "")]
    [InlineData(true, "call")]
    public async Task Call_WhenThereIsNoTls_SendsCredentialsOnlyIfAllowed(bool allowed, string expected)
    {
        await using var host = await EchoHost.StartAsync(Telling("secret"));
        using var channel = GrpcChannel.ForAddress(host.Address, new GrpcChannelOptions { UnsafeUseInsecureChannelCallCredentials = allowed });

        Assert.Equal(expected, (await new Echo.EchoClient(channel).SayAsync(new Words(), new CallOptions(credentials: Secret("call"), cancellationToken: Token))).Text);
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Call_WhenItIsMadeAgain_AsksForItsCredentialsAgain()
    {
        var seen = new List<string?>();
        await using var host = await EchoHost.StartAsync(new EchoScript
        {
            Say = (request, context) =>
            {
                seen.Add(context.RequestHeaders.GetValue("secret"));
                return seen.Count < 3 ? throw new RpcException(new Status(StatusCode.Unavailable, "Not now.")) : Task.FromResult(request);
            },
        });
        using var channel = GrpcChannel.ForAddress(host.Address, new GrpcChannelOptions { UnsafeUseInsecureChannelCallCredentials = true, ServiceConfig = Policies.Of(3) });
        var asked = 0;
        var credentials = CallCredentials.FromInterceptor((_, metadata) =>
        {
            metadata.Add("secret", $"{++asked}");
            return Task.CompletedTask;
        });

        await new Echo.EchoClient(channel).SayAsync(new Words(), new CallOptions(credentials: credentials, cancellationToken: Token));

        Assert.Equal(["1", "2", "3"], seen);
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Call_WhenTheInterceptorFails_EndsAsItSays()
    {
        await using var host = await EchoHost.StartAsync();
        using var channel = GrpcChannel.ForAddress(host.Address, new GrpcChannelOptions { UnsafeUseInsecureChannelCallCredentials = true });
        var told = CallCredentials.FromInterceptor((_, _) => throw new RpcException(new Status(StatusCode.Unauthenticated, "No token.")));
        var broken = CallCredentials.FromInterceptor((_, _) => Task.FromException(new FormatException("No token.")));

        Assert.Equal(StatusCode.Unauthenticated, await FailureOf(channel, told));
        Assert.Equal(StatusCode.Internal, await FailureOf(channel, broken));
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Call_WhenTheInterceptorNeverEnds_EndsByItsDeadline()
    {
        await using var host = await EchoHost.StartAsync();
        using var channel = GrpcChannel.ForAddress(host.Address, new GrpcChannelOptions { UnsafeUseInsecureChannelCallCredentials = true });
        var endless = CallCredentials.FromInterceptor((_, _) => new TaskCompletionSource().Task);

        Assert.Equal(StatusCode.DeadlineExceeded, await FailureOf(channel, endless, DateTime.UtcNow.AddMilliseconds(200)));
    }

    [Fact]
    public void Compose_WhenThereAreFewerThanTwo_IsRefused() => Assert.Throws<ArgumentException>(() => CallCredentials.Compose(Secret("a")));

    private static CallCredentials Secret(string secret) => CallCredentials.FromInterceptor((_, metadata) =>
    {
        metadata.Add("secret", secret);
        return Task.CompletedTask;
    });

    private static EchoScript Telling(string header) => new()
    {
        Say = (_, context) => Task.FromResult(new Words { Text = string.Join(", ", context.RequestHeaders.GetAll(header).Select(entry => entry.Value)) }),
    };

    private static async Task<StatusCode> FailureOf(GrpcChannel channel, CallCredentials credentials, DateTime? deadline = null) =>
        (await Assert.ThrowsAsync<RpcException>(() => new Echo.EchoClient(channel).SayAsync(new Words(), new CallOptions(credentials: credentials, deadline: deadline, cancellationToken: Token)).ResponseAsync)).StatusCode;
}
