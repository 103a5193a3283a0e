using System.Net;
using System.Net.Sockets;
using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Client.Balancer;
using Grpc.Net.Client.Configuration;
using LeadGrains.Grpc.Tests.V1;
using Microsoft.Extensions.DependencyInjection;

namespace LeadGrains.Grpc.Tests.Client;

/// <summary>Calls over several addresses, and calls that wait for one.</summary>
public class BalancingTests
{
    // A call that is on its way to a server while that stops may have been served, so only a policy makes it again.
    private static ServiceConfig MayMeetABreak => Policies.Of(5);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = TestServer.Patience)]
    public async Task RoundRobin_WhenAllAnswer_GivesEachItsTurn()
    {
        await using var a = await EchoHost.NamedAsync("a");
        await using var b = await EchoHost.NamedAsync("b");
        await using var c = await EchoHost.NamedAsync("c");
        using var channel = Channel([a.Port, b.Port, c.Port], new RoundRobinConfig());

        var answers = await Ask(channel, 30);

        Assert.Equal([("a", 10), ("b", 10), ("c", 10)], Counted(answers));
        Assert.NotEqual(answers[0], answers[1]);
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task RoundRobin_WhenManyCallAtOnce_GivesEachItsTurn()
    {
        await using var a = await EchoHost.NamedAsync("a");
        await using var b = await EchoHost.NamedAsync("b");
        using var channel = Channel([a.Port, b.Port], new RoundRobinConfig());
        await Ask(channel, 1);

        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => Ask(channel, 1)));

        Assert.Equal([("a", 100), ("b", 100)], Counted(answers.SelectMany(one => one)));
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task RoundRobin_WhenOneIsDead_LeavesItOutUntilItIsBack()
    {
        await using var a = await EchoHost.NamedAsync("a");
        var port = EchoHost.FreePort();
        using var channel = Channel([a.Port, port], new RoundRobinConfig(), options => options.InitialReconnectBackoff = TimeSpan.FromMilliseconds(50), MayMeetABreak);

        Assert.Equal([("a", 10)], Counted(await Ask(channel, 10)));

        await using var b = await EchoHost.NamedAsync("b", port);
        while (!(await Ask(channel, 2)).Contains("b"))
            await Task.Delay(20, Token);
        Assert.Equal([("a", 10), ("b", 10)], Counted(await Ask(channel, 20)));

        await b.DisposeAsync();
        Assert.Equal([("a", 10)], Counted(await Ask(channel, 10)));
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task RoundRobin_WhenAnAttemptFails_MakesTheNextElsewhere()
    {
        await using var a = await EchoHost.StartAsync(new EchoScript { Say = (_, _) => throw new RpcException(new Status(StatusCode.Unavailable, "Not here.")) });
        await using var b = await EchoHost.NamedAsync("b");
        using var channel = Channel([a.Port, b.Port], new RoundRobinConfig(), policies: Policies.Of(2));

        Assert.Equal([("b", 10)], Counted(await Ask(channel, 10)));
    }

    [Theory(Timeout = TestServer.Patience)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task PickFirst_WhenTheFirstDies_StaysWithTheNext(bool named)
    {
        var a = await EchoHost.NamedAsync("a", EchoHost.FreePort());
        await using var b = await EchoHost.NamedAsync("b");
        using var channel = Channel([a.Port, b.Port], named ? new PickFirstConfig() : null, options => options.InitialReconnectBackoff = TimeSpan.FromMilliseconds(20), MayMeetABreak);
        Assert.Equal([("a", 5)], Counted(await Ask(channel, 5)));

        await a.DisposeAsync();
        Assert.Equal([("b", 5)], Counted(await Ask(channel, 5)));
        await using var again = await EchoHost.NamedAsync("a again", a.Port);
        await Task.Delay(200, Token);
        Assert.Equal([("b", 5)], Counted(await Ask(channel, 5)));
        await b.DisposeAsync();

        Assert.Equal([("a again", 5)], Counted(await Ask(channel, 5, waits: true)));
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Call_WhenNoAddressAnswers_IsUnavailable()
    {
        using var channel = Channel([EchoHost.FreePort(), EchoHost.FreePort()], new RoundRobinConfig());

        for (var i = 0; i < 3; i++)
            Assert.Equal(StatusCode.Unavailable, (await Assert.ThrowsAsync<RpcException>(() => Ask(channel, 1))).StatusCode);
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Call_WhenThereIsNoAddress_IsUnavailable()
    {
        using var channel = Channel([], new RoundRobinConfig());

        Assert.Equal(StatusCode.Unavailable, (await Assert.ThrowsAsync<RpcException>(() => Ask(channel, 1))).StatusCode);
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Stream_WhenTheFirstAddressIsDead_GoesToTheNext()
    {
        await using var b = await EchoHost.StartAsync();
        using var channel = Channel([EchoHost.FreePort(), b.Port], policy: null);
        using var call = new Echo.EchoClient(channel).Chat(cancellationToken: Token);
        await call.RequestStream.WriteAsync(new Words { Text = "first" }, Token);

        Assert.True(await call.ResponseStream.MoveNext(Token));
        Assert.Equal("first", call.ResponseStream.Current.Text);
    }

    [Theory(Timeout = TestServer.Patience)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task WaitForReady_WhenTheServerStartsLater_Waits(bool balanced)
    {
        var port = EchoHost.FreePort();
        void Quick(GrpcChannelOptions options) => options.InitialReconnectBackoff = TimeSpan.FromMilliseconds(20);
        using var channel = balanced ? Channel([port], new RoundRobinConfig(), Quick) : Plain(port, Quick);
        var waiting = Enumerable.Range(0, 5).Select(_ => new Echo.EchoClient(channel).SayAsync(new Words(), new CallOptions(cancellationToken: Token).WithWaitForReady()).ResponseAsync).ToList();
        await Task.Delay(200, Token);
        Assert.DoesNotContain(waiting, call => call.IsCompleted);

        await using var host = await EchoHost.NamedAsync("late", port);

        Assert.All(await Task.WhenAll(waiting), answer => Assert.Equal("late", answer.Text));
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task WaitForReady_WhenNoServerStarts_EndsByItsDeadline()
    {
        using var channel = Plain(EchoHost.FreePort(), _ => { });
        var options = new CallOptions(deadline: DateTime.UtcNow.AddMilliseconds(300), cancellationToken: Token).WithWaitForReady();

        var failure = await Assert.ThrowsAsync<RpcException>(() => new Echo.EchoClient(channel).SayAsync(new Words(), options).ResponseAsync);

        Assert.Equal(StatusCode.DeadlineExceeded, failure.StatusCode);
        Assert.False(options.WithWaitForReady(false).IsWaitForReady);
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task WaitForReady_WhenTheClientGivesUpACallThatWasServed_DoesNotRepeatIt()
    {
        var served = 0;
        await using var host = await EchoHost.StartAsync(new EchoScript { Say = (request, _) => Task.FromResult(new Words { Number = ++served }) });
        using var impatient = new WrappedHandler(async send =>
        {
            await send();
            throw new TaskCanceledException("As an HttpClient ends at its timeout.", new TimeoutException());
        });
        using var http = new HttpClient(impatient);
        using var channel = Plain(host.Port, options => options.HttpClient = http);

        Assert.Equal(StatusCode.Unavailable, (await Assert.ThrowsAsync<RpcException>(() => Ask(channel, 1, waits: true))).StatusCode);
        Assert.Equal(1, served);
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task WaitForReady_WhenTheCallersHandlerConnectsElsewhere_TriesAgainThere()
    {
        await using var host = await EchoHost.NamedAsync("elsewhere");
        var tries = 0;
        using var handler = new SocketsHttpHandler { ConnectCallback = (_, token) => ++tries < 3 ? throw new SocketException() : ConnectAsync(host.Port, token) };
        using var channel = Plain(EchoHost.FreePort(), options =>
        {
            options.HttpHandler = handler;
            options.InitialReconnectBackoff = TimeSpan.FromMilliseconds(1);
        });

        Assert.Equal(["elsewhere"], await Ask(channel, 1, waits: true));
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Dns_WhenTheNameIsKnown_CallsByItsName()
    {
        await using var host = await EchoHost.StartAsync(new EchoScript { Say = (_, context) => Task.FromResult(new Words { Text = context.Host }) });
        using var channel = GrpcChannel.ForAddress($"dns:///localhost:{host.Port}", new GrpcChannelOptions { Credentials = ChannelCredentials.Insecure });

        Assert.Equal([$"localhost:{host.Port}"], await Ask(channel, 1));
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Dns_WhenThereIsTls_ChecksTheCertificateOfTheName()
    {
        using var certificate = Certificates.Of("localhost");
        await using var host = await EchoHost.StartAsync(certificate: certificate);
        string? checkedName = null;
        using var handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = (sender, shown, _, _) =>
        {
            checkedName = (sender as System.Net.Security.SslStream)?.TargetHostName;
            return shown?.GetCertHashString() == certificate.GetCertHashString();
        };
        using var channel = GrpcChannel.ForAddress($"dns:///localhost:{host.Port}", new GrpcChannelOptions { HttpHandler = handler, Credentials = ChannelCredentials.SecureSsl });

        await Ask(channel, 1);

        Assert.Equal("localhost", checkedName);
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Dns_WhenTheNameIsUnknown_IsUnavailable()
    {
        using var channel = GrpcChannel.ForAddress("dns:///nowhere.invalid:1", new GrpcChannelOptions { Credentials = ChannelCredentials.Insecure });

        Assert.Equal(StatusCode.Unavailable, (await Assert.ThrowsAsync<RpcException>(() => Ask(channel, 1))).StatusCode);
    }

    [Fact]
    public void Channel_WhenNothingFindsAddressesOrItIsUnclear_IsRefused()
    {
        var insecure = new GrpcChannelOptions { Credentials = ChannelCredentials.Insecure };
        Assert.Throws<InvalidOperationException>(() => GrpcChannel.ForAddress("elsewhere:///name", insecure));
        Assert.Throws<InvalidOperationException>(() => GrpcChannel.ForAddress("static:///name", insecure));
        Assert.Throws<InvalidOperationException>(() => Channel([1], new RoundRobinConfig(), options => options.Credentials = null));
        Assert.Throws<InvalidOperationException>(() => Channel([1], new LoadBalancingConfig("by_the_moon")));
        Assert.Throws<InvalidOperationException>(() => Channel([1], new RoundRobinConfig(), options => options.HttpClient = new HttpClient()));
    }

    private static async ValueTask<Stream> ConnectAsync(int port, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
        return new NetworkStream(socket, ownsSocket: true);
    }

    private static GrpcChannel Plain(int port, Action<GrpcChannelOptions> change)
    {
        var options = new GrpcChannelOptions();
        change(options);
        return GrpcChannel.ForAddress($"http://127.0.0.1:{port}", options);
    }

    private static GrpcChannel Channel(int[] ports, LoadBalancingConfig? policy, Action<GrpcChannelOptions>? change = null, ServiceConfig? policies = null)
    {
        var addresses = new StaticResolverFactory(_ => ports.Select(port => new BalancerAddress("127.0.0.1", port)));
        var config = policies ?? new ServiceConfig();
        if (policy is not null)
            config.LoadBalancingConfigs.Add(policy);
        var options = new GrpcChannelOptions
        {
            Credentials = ChannelCredentials.Insecure,
            ServiceConfig = config,
            ServiceProvider = new ServiceCollection().AddSingleton<ResolverFactory>(addresses).BuildServiceProvider(),
        };
        change?.Invoke(options);
        return GrpcChannel.ForAddress("static:///echo", options);
    }

    private static async Task<List<string>> Ask(GrpcChannel channel, int times, bool waits = false)
    {
        var client = new Echo.EchoClient(channel);
        var answers = new List<string>();
        for (var i = 0; i < times; i++)
            answers.Add((await client.SayAsync(new Words(), new CallOptions(cancellationToken: Token).WithWaitForReady(waits))).Text);
        return answers;
    }

    private static IEnumerable<(string Name, int Count)> Counted(IEnumerable<string> answers) =>
        answers.CountBy(name => name).Select(pair => (pair.Key, pair.Value)).Order();

    private sealed class WrappedHandler(Func<Func<Task<HttpResponseMessage>>, Task<HttpResponseMessage>> wrap) : DelegatingHandler(new SocketsHttpHandler())
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            wrap(() => base.SendAsync(request, cancellationToken));
    }
}
