using Grpc.Core;
using Grpc.Core.Interceptors;
using LeadGrains.Grpc.Tests.V1;

namespace LeadGrains.Grpc.Tests.Interceptors;

public class ClientInterceptorTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = TestServer.Patience)]
    public async Task Intercept_WhenEachKindIsCalled_StandsAroundIt()
    {
        await using var server = await TestServer.StartAsync();
        var seen = new List<string>();
        var client = new Echo.EchoClient(server.Channel.Intercept(new Noter("a", seen)));

        Assert.Equal("one", client.Say(new Words { Text = "one" }, cancellationToken: Token).Text);
        Assert.Equal("two", (await client.SayAsync(new Words { Text = "two" }, cancellationToken: Token)).Text);
        using (var repeat = client.Repeat(new Words { Number = 2 }, cancellationToken: Token))
            Assert.Equal(2, await repeat.ResponseStream.ReadAllAsync(Token).CountAsync(Token));
        using (var collect = client.Collect(cancellationToken: Token))
        {
            await collect.RequestStream.WriteAsync(new Words { Number = 3 }, Token);
            await collect.RequestStream.CompleteAsync();
            Assert.Equal(3, (await collect).Number);
        }

        using (var chat = client.Chat(cancellationToken: Token))
        {
            await chat.RequestStream.WriteAsync(new Words { Number = 4 }, Token);
            Assert.True(await chat.ResponseStream.MoveNext(Token));
            Assert.Equal(4, chat.ResponseStream.Current.Number);
        }

        Assert.Equal(["a blocking Say", "a Say", "a Repeat", "a Collect", "a Chat"], seen);
    }

    [Theory(Timeout = TestServer.Patience)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Intercept_WhenThereAreTwo_TheFirstIsOutermost(bool chained)
    {
        await using var server = await TestServer.StartAsync();
        var seen = new List<string>();
        var first = new Noter("first", seen);
        var second = new Noter("second", seen);
        var invoker = chained
            ? server.Channel.Intercept(second).Intercept(first)
            : server.Channel.Intercept(first, second);

        await new Echo.EchoClient(invoker).SayAsync(new Words(), cancellationToken: Token);

        Assert.Equal(["first Say", "second Say"], seen);
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Intercept_WhenTheOptionsAreChanged_SendsOtherHeaders()
    {
        await using var server = await TestServer.StartAsync(new EchoScript
        {
            Say = (_, context) => Task.FromResult(new Words { Text = context.RequestHeaders.GetValue("who") + "+" + context.RequestHeaders.GetValue("added") }),
        });

        var answer = await new Echo.EchoClient(server.Channel.Intercept(new Adder())).SayAsync(new Words(), new Metadata { { "who", "me" } }, cancellationToken: Token);

        Assert.Equal("me+later", answer.Text);
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Intercept_WhenTheInterceptorChangesThem_SendsAndGivesOtherMessages()
    {
        await using var server = await TestServer.StartAsync();

        var answer = await new Echo.EchoClient(server.Channel.Intercept(new Shouter())).SayAsync(new Words { Text = "low" }, cancellationToken: Token);

        Assert.Equal("LOW!", answer.Text);
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Intercept_WhenTheContinuationIsNotCalled_SendsNothing()
    {
        var served = 0;
        await using var server = await TestServer.StartAsync(new EchoScript
        {
            Say = (request, _) =>
            {
                served++;
                return Task.FromResult(request);
            },
        });
        var invoker = server.Channel.Intercept(new Refuser());

        var failure = await Assert.ThrowsAsync<RpcException>(() => new Echo.EchoClient(invoker).SayAsync(new Words(), cancellationToken: Token).ResponseAsync);

        Assert.Equal(StatusCode.PermissionDenied, failure.StatusCode);
        Assert.Equal(0, served);
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Intercept_WhenTheHostIsChanged_NamesIt()
    {
        var seen = new List<string>();
        await using var server = await TestServer.StartAsync(new EchoScript
        {
            Say = (request, context) => Task.FromResult(new Words { Text = context.Host }),
        });

        var answer = await new Echo.EchoClient(server.Channel.Intercept(new Noter("a", seen))).WithHost("elsewhere.test").SayAsync(new Words(), cancellationToken: Token);

        Assert.Equal("elsewhere.test", answer.Text);
        Assert.Equal(["a Say at elsewhere.test"], seen);
    }

    private sealed class Noter(string name, List<string> seen) : Interceptor
    {
        public override TResponse BlockingUnaryCall<TRequest, TResponse>(TRequest request, ClientInterceptorContext<TRequest, TResponse> context, BlockingUnaryCallContinuation<TRequest, TResponse> continuation)
        {
            seen.Add($"{name} blocking {context.Method.Name}");
            return continuation(request, context);
        }

        public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
        {
            seen.Add($"{name} {context.Method.Name}{(context.Host is null ? "" : $" at {context.Host}")}");
            return continuation(request, context);
        }

        public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncServerStreamingCallContinuation<TRequest, TResponse> continuation)
        {
            seen.Add($"{name} {context.Method.Name}");
            return continuation(request, context);
        }

        public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(ClientInterceptorContext<TRequest, TResponse> context, AsyncClientStreamingCallContinuation<TRequest, TResponse> continuation)
        {
            seen.Add($"{name} {context.Method.Name}");
            return continuation(context);
        }

        public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(ClientInterceptorContext<TRequest, TResponse> context, AsyncDuplexStreamingCallContinuation<TRequest, TResponse> continuation)
        {
            seen.Add($"{name} {context.Method.Name}");
            return continuation(context);
        }
    }

    private sealed class Shouter : Interceptor
    {
        public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
        {
            ((Words)(object)request).Text = ((Words)(object)request).Text.ToUpperInvariant();
            var call = continuation(request, context);
            return new AsyncUnaryCall<TResponse>(Shout(call.ResponseAsync), call.ResponseHeadersAsync, call.GetStatus, call.GetTrailers, call.Dispose);
        }

        private static async Task<TResponse> Shout<TResponse>(Task<TResponse> answer)
        {
            var message = await answer;
            ((Words)(object)message!).Text += "!";
            return message;
        }
    }

    private sealed class Adder : Interceptor
    {
        public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
        {
            Metadata headers = [.. context.Options.Headers!, new Metadata.Entry("added", "later")];
            return continuation(request, new ClientInterceptorContext<TRequest, TResponse>(context.Method, context.Host, context.Options.WithHeaders(headers)));
        }
    }

    private sealed class Refuser : Interceptor
    {
        public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncUnaryCallContinuation<TRequest, TResponse> continuation) =>
            throw new RpcException(new Status(StatusCode.PermissionDenied, "Not from here."));
    }
}
