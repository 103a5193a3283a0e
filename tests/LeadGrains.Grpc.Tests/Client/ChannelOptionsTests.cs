using System.Net;
using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Client.Configuration;
using LeadGrains.Grpc.Tests.V1;

namespace LeadGrains.Grpc.Tests.Client;

public class ChannelOptionsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = TestServer.Patience)]
    public async Task HttpClient_WhenItIsGiven_SendsTheCalls()
    {
        await using var host = await EchoHost.StartAsync();
        using var counting = new CountingHandler();
        using var http = new HttpClient(counting);
        using var channel = GrpcChannel.ForAddress(host.Address, new GrpcChannelOptions { HttpClient = http });
        using var call = new Echo.EchoClient(channel).Chat(cancellationToken: Token);

        // A client that waited for the whole response would wait for ever.
        await call.RequestStream.WriteAsync(new Words { Text = "through" }, Token);
        Assert.True(await call.ResponseStream.MoveNext(Token));

        Assert.Equal("through", call.ResponseStream.Current.Text);
        Assert.Equal(1, counting.Requests);
    }

    [Fact]
    public void Channel_WhenItHasAClientAndAHandler_IsRefused()
    {
        using var http = new HttpClient();
        using var handler = new SocketsHttpHandler();

        Assert.Throws<ArgumentException>(() => GrpcChannel.ForAddress("http://127.0.0.1:1", new GrpcChannelOptions { HttpClient = http, HttpHandler = handler }));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Dispose_WhenTheChannelOwnsWhatSends_DisposesIt(bool owns)
    {
        using var first = new CountingHandler();
        using var second = new CountingHandler();
        using var http = new HttpClient(second);
        GrpcChannel.ForAddress("http://127.0.0.1:1", new GrpcChannelOptions { HttpHandler = first, DisposeHttpClient = owns }).Dispose();
        GrpcChannel.ForAddress("http://127.0.0.1:1", new GrpcChannelOptions { HttpClient = http, DisposeHttpClient = owns }).Dispose();

        Assert.Equal(owns, first.IsDisposed);
        Assert.Equal(owns, second.IsDisposed);
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Shutdown_WhenACallIsUnderWay_CancelsIt()
    {
        await using var host = await EchoHost.StartAsync();
        using var channel = GrpcChannel.ForAddress(host.Address);
        using var call = new Echo.EchoClient(channel).Chat(cancellationToken: Token);
        await call.RequestStream.WriteAsync(new Words(), Token);
        Assert.True(await call.ResponseStream.MoveNext(Token));
        await channel.ShutdownAsync();

        Assert.Equal(StatusCode.Cancelled, (await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(Token))).StatusCode);
    }

    [Theory(Timeout = TestServer.Patience)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Cancel_WhenTheOptionSaysSo_ThrowsAsTasksDo(bool asTasksDo)
    {
        await using var host = await EchoHost.StartAsync(new EchoScript
        {
            Say = async (request, context) =>
            {
                await Task.Delay(Timeout.Infinite, context.CancellationToken);
                return request;
            },
        });
        using var channel = GrpcChannel.ForAddress(host.Address, new GrpcChannelOptions { ThrowOperationCanceledOnCancellation = asTasksDo });
        using var cancel = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        using var cancelled = new Echo.EchoClient(channel).SayAsync(new Words(), cancellationToken: cancel.Token);
        using var late = new Echo.EchoClient(channel).SayAsync(new Words(), deadline: DateTime.UtcNow.AddMilliseconds(100), cancellationToken: Token);

        foreach (var (call, expected) in new[] { (cancelled, StatusCode.Cancelled), (late, StatusCode.DeadlineExceeded) })
        {
            var failure = await Record.ExceptionAsync(() => call.ResponseAsync);
            Assert.Equal(asTasksDo, failure is OperationCanceledException);
            Assert.Equal(expected, Assert.IsType<RpcException>(asTasksDo ? failure!.InnerException : failure).StatusCode);
            Assert.Equal(expected, call.GetStatus().StatusCode);
        }
    }

    [Fact]
    public void Backoff_WhenItIsNotPositive_IsRefused()
    {
        Assert.Throws<ArgumentException>(() => new GrpcChannelOptions { InitialReconnectBackoff = TimeSpan.Zero });
        Assert.Throws<ArgumentException>(() => new GrpcChannelOptions { MaxReconnectBackoff = TimeSpan.FromSeconds(-1) });
        Assert.Null(new GrpcChannelOptions { MaxReconnectBackoff = null }.MaxReconnectBackoff);
    }

    [Fact]
    public void ServiceConfig_WhenItIsNotValid_IsRefused()
    {
        Refused(policy => policy.MaxAttempts = 1);
        Refused(policy => policy.MaxAttempts = null);
        Refused(policy => policy.InitialBackoff = TimeSpan.Zero);
        Refused(policy => policy.MaxBackoff = null);
        Refused(policy => policy.BackoffMultiplier = 0);
        Refused(policy => policy.RetryableStatusCodes.Clear());
        Refused(policy => policy.RetryableStatusCodes.Add(StatusCode.OK));
        RefusedThrottling(new RetryThrottlingPolicy { MaxTokens = 0, TokenRatio = 1 });
        RefusedThrottling(new RetryThrottlingPolicy { MaxTokens = 1001, TokenRatio = 1 });
        RefusedThrottling(new RetryThrottlingPolicy { MaxTokens = 10 });
        var twice = Policies.Of(2);
        twice.MethodConfigs.Add(new MethodConfig { Names = { new MethodName() } });
        Assert.Throws<InvalidOperationException>(() => ForConfig(twice));
    }

    private static void Refused(Action<RetryPolicy> spoil)
    {
        var config = Policies.Of(2);
        ForConfig(config).Dispose();
        spoil(config.MethodConfigs[0].RetryPolicy!);
        Assert.Throws<InvalidOperationException>(() => ForConfig(config));
    }

    private static void RefusedThrottling(RetryThrottlingPolicy policy) =>
        Assert.Throws<InvalidOperationException>(() => ForConfig(new ServiceConfig { RetryThrottling = policy }));

    private static GrpcChannel ForConfig(ServiceConfig config) => GrpcChannel.ForAddress("http://127.0.0.1:1", new GrpcChannelOptions { ServiceConfig = config });

    private sealed class CountingHandler : DelegatingHandler
    {
        public CountingHandler()
            : base(new SocketsHttpHandler())
        {
        }

        public int Requests { get; private set; }

        public bool IsDisposed { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Requests++;
            Assert.Equal(HttpVersion.Version20, request.Version);
            return base.SendAsync(request, cancellationToken);
        }

        protected override void Dispose(bool disposing)
        {
            IsDisposed = true;
            base.Dispose(disposing);
        }
    }
}
