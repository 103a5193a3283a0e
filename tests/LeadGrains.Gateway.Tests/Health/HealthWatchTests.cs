using System.Threading.Channels;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Grpc.Health.V1;
using LeadGrains.Gateway.Health;
using LeadGrains.Gateway.Tests.Calls;
using LeadGrains.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using static Grpc.Health.V1.HealthCheckResponse.Types;

namespace LeadGrains.Gateway.Tests.Health;

/// <summary>Watches without a transport, so that there can be very many.</summary>
public sealed class HealthWatchTests : IDisposable
{
    private const string Service = "test.Service";

    private static readonly Marshaller<byte[]> Bytes = Marshallers.Create<byte[]>(bytes => bytes, bytes => bytes);
    private static readonly Method<byte[], byte[]> Method = new(MethodType.Unary, Service, "Method", Bytes, Bytes);

    private readonly Readiness _readiness = new();
    private readonly HealthService _health;
    private readonly CancellationTokenSource _callers = new();

    public HealthWatchTests()
    {
        var endpoint = new Endpoint(_ => Task.CompletedTask, new EndpointMetadataCollection(new GrpcMethodMetadata(typeof(HealthWatchTests), Method)), "test");
        _health = new HealthService(_readiness, new DefaultEndpointDataSource(endpoint), new ManualClock());
    }

    public void Dispose()
    {
        _callers.Dispose();
        _readiness.Dispose();
    }

    [Fact]
    public async Task Watch_WhenOneClientHasVeryMany_TellsFurtherOnes()
    {
        var many = Enumerable.Range(0, 5_000).Select(_ => WatchAsync(new Responses())).ToList();

        var heard = new Responses();
        var next = WatchAsync(heard);
        Assert.Equal([ServingStatus.NotServing], heard.Rest());

        await _callers.CancelAsync();
        foreach (var watch in many.Append(next))
            Assert.Equal(StatusCode.Cancelled, (await Assert.ThrowsAsync<RpcException>(() => watch)).StatusCode);
    }

    [Fact]
    public async Task Watch_WhenManyListen_TellsEachEveryChangeOnce()
    {
        var heard = Enumerable.Range(0, 200).Select(_ => new Responses()).ToList();
        var watches = heard.Select(each => WatchAsync(each)).ToList();
        await HearAsync(ServingStatus.NotServing);

        _readiness.MoveTo(ServingPhase.Serving);
        await HearAsync(ServingStatus.Serving);
        _readiness.MoveTo(ServingPhase.Draining);
        await HearAsync(ServingStatus.NotServing);

        foreach (var watch in watches)
            FaultAssert.Because("SERVER_DRAINING", await Assert.ThrowsAsync<RpcException>(() => watch));
        Assert.All(heard, each => Assert.Empty(each.Rest()));

        async Task HearAsync(ServingStatus status)
        {
            foreach (var each in heard)
                Assert.Equal(status, await each.NextAsync());
        }
    }

    [Fact]
    public async Task Watch_WhenTheServiceIsUnknown_SaysSoOnceAndLastsUntilTheDrain()
    {
        var heard = new Responses();
        var watch = WatchAsync(heard, service: "test.Other");
        Assert.Equal(ServingStatus.ServiceUnknown, await heard.NextAsync());

        _readiness.MoveTo(ServingPhase.Serving);
        Assert.False(watch.IsCompleted);
        _readiness.MoveTo(ServingPhase.Draining);

        FaultAssert.Because("SERVER_DRAINING", await Assert.ThrowsAsync<RpcException>(() => watch));
        Assert.Empty(heard.Rest());
    }

    private Task WatchAsync(Responses responses, CancellationToken? ended = null, string service = Service) => _health.Watch(
        new HealthCheckRequest { Service = service }, responses, new StubCallContext(DateTime.MaxValue, ended ?? _callers.Token));

    private sealed class Responses : IServerStreamWriter<HealthCheckResponse>
    {
        private readonly Channel<ServingStatus> _told = Channel.CreateUnbounded<ServingStatus>();

        public WriteOptions? WriteOptions { get; set; }

        public async Task<ServingStatus> NextAsync() => await _told.Reader.ReadAsync(TestContext.Current.CancellationToken);

        public List<ServingStatus> Rest()
        {
            var rest = new List<ServingStatus>();
            while (_told.Reader.TryRead(out var status))
                rest.Add(status);
            return rest;
        }

        public Task WriteAsync(HealthCheckResponse message)
        {
            _told.Writer.TryWrite(message.Status);
            return Task.CompletedTask;
        }

        public Task WriteAsync(HealthCheckResponse message, CancellationToken cancellationToken) => WriteAsync(message);
    }
}
