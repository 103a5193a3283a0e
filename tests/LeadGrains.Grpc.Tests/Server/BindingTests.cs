using System.Buffers;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace LeadGrains.Grpc.Tests.Server;

public class BindingTests
{
    private static readonly Method<PooledMessage, string> Count = new(
        MethodType.Unary,
        "hand.Made",
        "Count",
        Marshallers.Create<PooledMessage>((message, context) => context.Complete(message.Bytes.ToArray()), PooledMessage.Read),
        Texts.Marshaller);

    private static readonly Method<string, string> Grow = new(MethodType.DuplexStreaming, "hand.Made", "Grow", Growing, Growing);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    // A marshaller that does not know the length before it has written.
    private static Marshaller<string> Growing => Marshallers.Create<string>(
        (text, context) =>
        {
            var writer = context.GetBufferWriter();
            foreach (var letter in text)
                writer.Write([(byte)letter]);
            context.Complete();
        },
        context => new string([.. context.PayloadAsNewBuffer().Select(octet => (char)octet)]));

    [Theory(Timeout = TestServer.Patience)]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(300_000)]
    public async Task Bind_WhenByHandWithAMarshallerOfItsOwn_ReadsTheMessageInPlace(int length)
    {
        await using var server = await TestServer.StartAsync(_ => { }, app => app.MapGrpcService<DerivedService>());
        var message = new PooledMessage(new byte[length]);
        new Random(length).NextBytes(message.Bytes);

        var counted = await server.Channel.CreateCallInvoker().AsyncUnaryCall(Count, host: null, new CallOptions(cancellationToken: Token), message);

        Assert.Equal($"{length}:{message.Bytes.Sum(octet => octet)}", counted);
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Bind_WhenTheMarshallerDoesNotAnnounceTheLength_CarriesTheMessage()
    {
        await using var server = await TestServer.StartAsync(_ => { }, app => app.MapGrpcService<DerivedService>());
        using var call = server.Channel.CreateCallInvoker().AsyncDuplexStreamingCall(Grow, host: null, new CallOptions(cancellationToken: Token));

        foreach (var text in new[] { "", "a", new string('b', 10_000) })
        {
            await call.RequestStream.WriteAsync(text, Token);
            Assert.True(await call.ResponseStream.MoveNext(Token));
            Assert.Equal(text + text, call.ResponseStream.Current);
        }
    }

    [Theory(Timeout = TestServer.Patience)]
    [InlineData("parse", StatusCode.InvalidArgument)]
    [InlineData("status", StatusCode.OutOfRange)]
    [InlineData("bug", StatusCode.Unknown)]
    public async Task Bind_WhenTheMarshallerThrows_EndsTheCallWithTheCause(string failure, StatusCode expected)
    {
        await using var server = await TestServer.StartAsync(_ => { }, app => app.MapGrpcService<DerivedService>());
        var message = new PooledMessage([.. "!"u8, .. System.Text.Encoding.ASCII.GetBytes(failure)]);

        var thrown = await Assert.ThrowsAsync<RpcException>(
            () => server.Channel.CreateCallInvoker().AsyncUnaryCall(Count, host: null, new CallOptions(cancellationToken: Token), message).ResponseAsync);

        Assert.Equal(expected, thrown.StatusCode);
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Map_WhenTheServiceIsRegistered_TakesItFromTheServices()
    {
        var instance = new DerivedService { Suffix = "!" };
        await using var server = await TestServer.StartAsync(services => services.AddSingleton(instance), app => app.MapGrpcService<DerivedService>());

        for (var i = 0; i < 2; i++)
            Assert.Equal("0:0!", await server.Channel.CreateCallInvoker().AsyncUnaryCall(Count, host: null, new CallOptions(cancellationToken: Token), new PooledMessage([])));
        Assert.Equal(0, instance.Disposals);
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Map_WhenTheServiceIsNotRegistered_MakesAndDisposesOneForEachCall()
    {
        var made = new List<DerivedService>();
        await using var server = await TestServer.StartAsync(services => services.AddSingleton(made), app => app.MapGrpcService<RecordedService>());

        for (var i = 0; i < 3; i++)
            await server.Channel.CreateCallInvoker().AsyncUnaryCall(Count, host: null, new CallOptions(cancellationToken: Token), new PooledMessage([]));

        Assert.Equal(3, made.Count);
        Assert.All(made, service => Assert.Equal(1, service.Disposals));
    }

    [Fact(Timeout = TestServer.Patience)]
    public async Task Map_WhenTheClassBindsNothing_SaysWhy()
    {
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => TestServer.StartAsync(_ => { }, app => app.MapGrpcService<PooledMessage>()));

        Assert.Contains("BindServiceMethod", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Map_WhenAddGrpcIsMissing_SaysWhy()
    {
        var app = WebApplication.CreateSlimBuilder().Build();

        Assert.Throws<InvalidOperationException>(() => app.MapGrpcService<DerivedService>());
    }

    /// <summary>A message that is nothing but its bytes.</summary>
    internal sealed class PooledMessage(byte[] bytes)
    {
        public byte[] Bytes { get; } = bytes;

        public static PooledMessage Read(DeserializationContext context)
        {
            var payload = context.PayloadAsReadOnlySequence();
            Assert.Equal(context.PayloadLength, payload.Length);
            var rented = ArrayPool<byte>.Shared.Rent(context.PayloadLength);
            payload.CopyTo(rented);
            var bytes = rented[..context.PayloadLength];
            ArrayPool<byte>.Shared.Return(rented);
            return bytes is [(byte)'!', var kind, ..] ? throw Failure((char)kind) : new PooledMessage(bytes);
        }

        private static Exception Failure(char kind) => kind switch
        {
            'p' => new InvalidDataException("not a message"),
            's' => new RpcException(new Status(StatusCode.OutOfRange, "")),
            _ => new InvalidOperationException("a bug"),
        };
    }

    [BindServiceMethod(typeof(HandMadeService), nameof(BindService))]
    internal abstract class HandMadeService
    {
        public static void BindService(ServiceBinderBase serviceBinder, HandMadeService? serviceImpl)
        {
            serviceBinder.AddMethod(BindingTests.Count, serviceImpl is null ? null : new UnaryServerMethod<PooledMessage, string>(serviceImpl.Count));
            serviceBinder.AddMethod(BindingTests.Grow, serviceImpl is null ? null : new DuplexStreamingServerMethod<string, string>(serviceImpl.Grow));
        }

        public abstract Task<string> Count(PooledMessage request, ServerCallContext context);

        public virtual async Task Grow(IAsyncStreamReader<string> requestStream, IServerStreamWriter<string> responseStream, ServerCallContext context)
        {
            await foreach (var text in requestStream.ReadAllAsync())
                await responseStream.WriteAsync(text + text);
        }
    }

    internal class DerivedService : HandMadeService, IDisposable
    {
        public string Suffix { get; init; } = "";

        public int Disposals { get; private set; }

        public override Task<string> Count(PooledMessage request, ServerCallContext context) =>
            Task.FromResult($"{request.Bytes.Length}:{request.Bytes.Sum(octet => octet)}{Suffix}");

        public void Dispose()
        {
            Disposals++;
            GC.SuppressFinalize(this);
        }
    }

    internal sealed class RecordedService : DerivedService
    {
        public RecordedService(List<DerivedService> made) => made.Add(this);
    }
}
