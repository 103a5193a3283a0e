using Grpc.Core;
using LeadGrains.Grpc.Tests.V1;

namespace LeadGrains.Grpc.Tests.Core;

/// <summary>Generated types can be replaced in the tests of those who use them.</summary>
public class ClientDoubleTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = TestServer.Patience)]
    public async Task Client_WhenOverridden_NeedsNoChannel()
    {
        var response = await new SilentClient().SayAsync(new Words(), cancellationToken: Token);

        Assert.Equal("silence", response.Text);
        Assert.Throws<InvalidOperationException>(() => new SilentClient().Repeat(new Words(), cancellationToken: Token));
    }

    [Fact]
    public void BindService_WhenGivenAnObject_HandsItsMethodsToABinder()
    {
        var binder = new NameBinder();
        Echo.BindService(new EchoService(new EchoScript())).BindService(binder);

        Assert.Equal(["Unary Say", "ClientStreaming Collect", "ServerStreaming Repeat", "DuplexStreaming Chat"], binder.Names);
    }

    private sealed class SilentClient : Echo.EchoClient
    {
        public override AsyncUnaryCall<Words> SayAsync(Words request, CallOptions options) => new(
            Task.FromResult(new Words { Text = "silence" }),
            Task.FromResult(new Metadata()),
            () => Status.DefaultSuccess,
            () => [],
            () => { });
    }

    private sealed class NameBinder : ServiceBinderBase
    {
        public List<string> Names { get; } = [];

        public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler) => Add(method, handler);

        public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, ClientStreamingServerMethod<TRequest, TResponse>? handler) => Add(method, handler);

        public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse>? handler) => Add(method, handler);

        public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse>? handler) => Add(method, handler);

        private void Add(IMethod method, Delegate? handler)
        {
            Assert.NotNull(handler);
            Names.Add($"{method.Type} {method.Name}");
        }
    }
}
