using System.Collections.Concurrent;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Grpc.Core.Interceptors;
using LeadGrains.Grpc.Tests.V1;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace LeadGrains.Grpc.Tests.Server;

public class ServerInterceptorTests
{
    private static readonly Method<string, string> AskMethod = new(MethodType.Unary, "other.v1.Other", "Ask", Texts.Marshaller, Texts.Marshaller);

    private readonly ConcurrentQueue<string> _seen = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = TestServer.Patience)]
    public async Task Interceptors_WhenSeveralAreAdded_StandAroundEveryKindOfCallInOrder()
    {
        await using var server = await StartAsync(options =>
        {
            options.Interceptors.Add<Noting>("outer");
            var inner = typeof(Noting);
            options.Interceptors.Add(inner, "inner");
        });
        var client = server.Client;

        Assert.Equal("x<inner<outer", (await client.SayAsync(new Words { Text = "x" }, cancellationToken: Token)).Text);
        AssertSeen("outer Say", "inner Say", "inner ended", "outer ended");

        using (var call = client.Collect(cancellationToken: Token))
        {
            await call.RequestStream.WriteAsync(new Words { Number = 7 }, Token);
            await call.RequestStream.CompleteAsync();
            Assert.Equal(7, (await call).Number);
        }

        AssertSeen("outer Collect", "inner Collect", "inner ended", "outer ended");

        using (var call = client.Repeat(new Words { Number = 2 }, cancellationToken: Token))
            Assert.Equal(2, await call.ResponseStream.ReadAllAsync(Token).CountAsync(Token));
        AssertSeen("outer Repeat", "inner Repeat", "inner ended", "outer ended");

        using (var call = client.Chat(cancellationToken: Token))
        {
            await call.RequestStream.WriteAsync(new Words(), Token);
            await call.RequestStream.CompleteAsync();
            Assert.Equal(1, await call.ResponseStream.ReadAllAsync(Token).CountAsync(Token));
        }

        AssertSeen("outer Chat", "inner Chat", "inner ended", "outer ended");
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Interceptors_WhenOneServiceHasItsOwn_StandInsideThoseOfAll()
    {
        await using var server = await TestServer.StartAsync(
            services =>
            {
                services.AddSingleton(new EchoScript()).AddSingleton(_seen);
                new Builder(services).AddServiceOptions<EchoService>(options => options.Interceptors.Add<Noting>("own"));
            },
            app =>
            {
                app.MapGrpcService<EchoService>();
                app.MapGrpcService<OtherService>();
            },
            options => options.Interceptors.Add<Noting>("all"));

        await server.Client.SayAsync(new Words(), cancellationToken: Token);
        AssertSeen("all Say", "own Say", "own ended", "all ended");
        await server.Channel.CreateCallInvoker().AsyncUnaryCall(AskMethod, host: null, new CallOptions(cancellationToken: Token), "x");
        AssertSeen("all Ask", "all ended");
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Interceptor_WhenItThrows_KeepsTheMethodFromTheCall()
    {
        await using var server = await StartAsync(options =>
        {
            options.Interceptors.Add<Refusing>();
            options.Interceptors.Add<Noting>("inner");
        });

        var failure = await Assert.ThrowsAsync<RpcException>(() => server.Client.SayAsync(new Words(), cancellationToken: Token).ResponseAsync);

        Assert.Equal(new Status(StatusCode.Unauthenticated, "who?"), failure.Status);
        Assert.Empty(_seen);
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Interceptor_WhenItIsARegisteredService_IsThatOne()
    {
        var counting = new Counting();
        await using var server = await TestServer.StartAsync(
            services => services.AddSingleton(new EchoScript()).AddSingleton(counting),
            app => app.MapGrpcService<EchoService>(),
            options => options.Interceptors.Add<Counting>());

        for (var i = 0; i < 3; i++)
            await server.Client.SayAsync(new Words(), cancellationToken: Token);

        Assert.Equal(3, counting.Calls);
        Assert.False(counting.IsDisposed);
    }

    [Fact]
    public void Add_WhenGivenNoInterceptor_IsRefused()
    {
        var interceptors = new InterceptorCollection();

        Assert.Throws<ArgumentException>(() => interceptors.Add(typeof(string)));
        Assert.Throws<ArgumentException>(() => interceptors.Add<Noting>(null!, "x"));
        interceptors.Add<Noting>("x");
        Assert.Equal(typeof(Noting), Assert.Single(interceptors).Type);
        Assert.Equal(["x"], interceptors[0].Arguments);
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task ServiceOptions_WhenSet_HoldForTheirServiceOnly()
    {
        await using var server = await TestServer.StartAsync(
            services =>
            {
                services.AddSingleton(new EchoScript());
                new Builder(services)
                    .AddServiceOptions<EchoService>(options => options.MaxReceiveMessageSize = 10)
                    .AddServiceOptions<EchoService>(options => options.ResponseCompressionAlgorithm = "gzip");
            },
            app =>
            {
                app.MapGrpcService<EchoService>();
                app.MapGrpcService<OtherService>();
            },
            options => options.EnableDetailedErrors = true);
        var large = new string('x', 100);

        var refused = await Assert.ThrowsAsync<RpcException>(() => server.Client.SayAsync(new Words { Text = large }, cancellationToken: Token).ResponseAsync);
        Assert.Equal(StatusCode.ResourceExhausted, refused.StatusCode);
        Assert.Equal(large, await server.Channel.CreateCallInvoker().AsyncUnaryCall(AskMethod, host: null, new CallOptions(cancellationToken: Token), large));
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task GetHttpContext_WhenServed_GivesTheRequest()
    {
        await using var server = await TestServer.StartAsync(new EchoScript
        {
            Say = (request, context) =>
            {
                context.UserState["left"] = "here";
                var http = context.GetHttpContext();
                return Task.FromResult(new Words { Text = $"{http.Request.Protocol} {http.Request.Path} {http.Items["left"]}" });
            },
        });

        Assert.Equal("HTTP/2 /echo.v1.Echo/Say here", (await server.Client.SayAsync(new Words(), cancellationToken: Token)).Text);
    }

    private Task<TestServer> StartAsync(Action<GrpcServiceOptions> options) => TestServer.StartAsync(
        services => services.AddSingleton(new EchoScript()).AddSingleton(_seen),
        app => app.MapGrpcService<EchoService>(),
        options);

    private void AssertSeen(params string[] expected)
    {
        // The client may have its answer before the outermost interceptor has ended.
        Assert.True(SpinWait.SpinUntil(() => _seen.Count >= expected.Length, TimeSpan.FromSeconds(10)));
        Assert.Equal(expected, _seen);
        _seen.Clear();
    }

    private sealed class Builder(IServiceCollection services) : IGrpcServerBuilder
    {
        public IServiceCollection Services => services;
    }

    /// <summary>Notes that it saw a call and that it was disposed with it.</summary>
    private sealed class Noting(string name, ConcurrentQueue<string> seen) : Interceptor, IDisposable
    {
        public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
        {
            Note(context);
            var response = await continuation(request, context);
            if (response is Words words)
                words.Text += "<" + name;
            return response;
        }

        public override Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation)
        {
            Note(context);
            return base.ClientStreamingServerHandler(requestStream, context, continuation);
        }

        public override Task ServerStreamingServerHandler<TRequest, TResponse>(TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation)
        {
            Note(context);
            return base.ServerStreamingServerHandler(request, responseStream, context, continuation);
        }

        public override Task DuplexStreamingServerHandler<TRequest, TResponse>(IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, DuplexStreamingServerMethod<TRequest, TResponse> continuation)
        {
            Note(context);
            return base.DuplexStreamingServerHandler(requestStream, responseStream, context, continuation);
        }

        public void Dispose() => seen.Enqueue($"{name} ended");

        private void Note(ServerCallContext context) => seen.Enqueue($"{name} {context.Method.Split('/')[^1]}");
    }

    private sealed class Refusing : Interceptor
    {
        public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation) =>
            throw new RpcException(new Status(StatusCode.Unauthenticated, "who?"));
    }

    private sealed class Counting : Interceptor, IDisposable
    {
        public int Calls { get; private set; }

        public bool IsDisposed { get; private set; }

        public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
        {
            Calls++;
            return continuation(request, context);
        }

        public void Dispose() => IsDisposed = true;
    }

    [BindServiceMethod(typeof(OtherService), nameof(Bind))]
    private sealed class OtherService
    {
        public static void Bind(ServiceBinderBase binder, OtherService? service) => binder.AddMethod(AskMethod, (UnaryServerMethod<string, string>?)null);

        public Task<string> Ask(string request, ServerCallContext context) => Task.FromResult(request);
    }
}
