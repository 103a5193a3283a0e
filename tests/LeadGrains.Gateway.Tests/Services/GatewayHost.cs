using System.Diagnostics.Metrics;
using System.Net;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Grpc.Net.Client;
using LeadGrains.Cluster.Solo;
using LeadGrains.Gateway.Access;
using LeadGrains.Gateway.Admission;
using LeadGrains.Gateway.Webhooks;
using LeadGrains.Grains;
using LeadGrains.Grains.Storage;
using LeadGrains.Scoring;
using LeadGrains.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LeadGrains.Gateway.Tests.Services;

/// <summary>The gateway on a port of its own, over real grains, a journal and a store in memory, and a clock that stands.</summary>
internal sealed class GatewayHost : IAsyncDisposable
{
    public const uint ModelVersion = 2;

    public const string Model = """
        name: test
        total: {fit: 0.5, intent: 0.5}
        intent: {half_point: 100}
        groups:
          web: {half_life: 10d}
        rules:
          - {name: visit, label: Visited, signal: visit, group: web, points: 10}
          - {name: demo, label: Asked for a demo, signal: demo, group: web, points: 100}
        fit:
          contact: [{name: senior, label: Senior, trait: title, contains: [head], points: 60}]
          account: [{name: size, label: Size, trait: employees, between: [200, 5000], points: 50}]
        roles: [{name: boss, trait: title, contains: [head], weight: 1}, {name: user, trait: title, contains: [engineer], weight: 1}]
        buying_group: [user, boss]
        filters: {contact: [region], account: [industry]}
        account: {surge: {points: 300, ratio: 2}}
        dormant_after: 30d
        stages:
          contact: [{name: nurture}, {name: mql, total: {enter: 50, leave: 40}}]
          account: [{name: aware}, {name: mqa, total: {enter: 50, leave: 40}}]
        thresholds:
          contact: [{name: very hot, total: {enter: 79, leave: 70}}]
        """;

    private const int Partitions = 4;

    /// <summary>Who makes keys.</summary>
    public static Caller Operator { get; } = new("default", "operator", KeyScopes.None);

    private static readonly Random Chance = new(20261122);

    private readonly ManualClock _clock = new();
    private readonly InMemoryGrainStore _store = new(Partitions);
    private readonly GrainNode _node;
    private readonly WebApplication _application;
    private long _entriesAtStart;
    private int _keys;
    private long _queueDelay;

    private GatewayHost(GrainNodeOptions options, WebhookSettings webhooks)
    {
        var model = ModelReader.Read(Model).Model!;
        Readiness = new Readiness { IsCurrent = () => !IsCutOff };
        _node = new GrainNode(options, Journal, _store, new SoloOwnership(Partitions), new ServedModels(ModelVersion, model), _clock);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddLeadGrainsGateway(new GatewayParts
        {
            Grains = _node.Client,
            Store = _store,
            Registry = Registry,
            Webhooks = webhooks,
            Models = _node.Models,
            Readiness = Readiness,
            QueueDelay = () => TimeSpan.FromTicks(Interlocked.Read(ref _queueDelay)),
            Clock = _clock,
        });
        _application = builder.Build();
        _application.UseLeadGrainsAdmission();
        _application.MapLeadGrainsGateway();
    }

    /// <summary>Can be held, so that nothing becomes durable.</summary>
    public InMemoryJournal Journal { get; } = new(Partitions);

    public InMemoryRegistry Registry { get; } = new();

    public Readiness Readiness { get; }

    /// <summary>What is known here may be of the past.</summary>
    public bool IsCutOff { get; set; }

    /// <summary>How long the grains say that requests wait; beyond a bound calls are refused.</summary>
    public TimeSpan QueueDelay { set => Interlocked.Exchange(ref _queueDelay, value.Ticks); }

    public GrpcChannel Channel { get; private set; } = null!;

    public string Address => _application.Urls.Single();

    /// <summary>All that is served.</summary>
    public IReadOnlyList<Endpoint> Endpoints => _application.Services.GetRequiredService<EndpointDataSource>().Endpoints;

    public IMeterFactory Meters => _application.Services.GetRequiredService<IMeterFactory>();

    /// <summary>Bytes of what was read and is not answered.</summary>
    public long BytesHeld => _application.Services.GetRequiredService<Intake>().Bytes.Held;

    public DateTimeOffset Clock => _clock.GetUtcNow();

    /// <summary>The clock's instant as the API writes it.</summary>
    public Timestamp Now => Timestamp.FromDateTimeOffset(Clock);

    /// <summary>Entries in the journal that came in through the gateway.</summary>
    public long EntriesTaken => Journal.EntryCount - _entriesAtStart;

    public static async Task<GatewayHost> StartAsync(ServingPhase phase = ServingPhase.Serving, GrainNodeOptions? options = null, WebhookSettings? webhooks = null)
    {
        var host = new GatewayHost(options ?? new GrainNodeOptions { Loops = 2 }, webhooks ?? new WebhookSettings { Chance = Bytes });
        await host.StartAsync();
        host.Readiness.MoveTo(phase);
        return host;
    }

    /// <summary>Makes a key and has the gateway know it.</summary>
    public async Task<string> CreateKeyAsync(NewKey key)
    {
        var number = Interlocked.Increment(ref _keys);
        var text = await new KeyBook(Registry, _clock).CreateAsync(key, $"{number:000000000000}", new string('s', 43), Operator, default);
        await RefreshKeysAsync();
        return text;
    }

    /// <summary>Has the gateway read the keys now, and not when its clock says.</summary>
    public Task RefreshKeysAsync() => _application.Services.GetRequiredService<KeyRing>().RefreshAsync(default);

    /// <summary>Bytes that look like chance, the same in every run.</summary>
    public static byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        lock (Chance)
            Chance.NextBytes(bytes);
        return bytes;
    }

    /// <summary>Lets time pass at once.</summary>
    public void Advance(TimeSpan elapsed) => _clock.Advance(elapsed);

    /// <summary>From now on the clock runs, until the result is disposed.</summary>
    public IDisposable LetTimePass()
    {
        var step = TimeSpan.FromMilliseconds(1);
        return new Timer(_ => _clock.Advance(step), state: null, step, step);
    }

    /// <summary>Sends bytes that may be no message.</summary>
    public async Task<V1.RecordSignalsResponse> SendRecordSignalsAsync(byte[] request, CancellationToken cancel)
    {
        var method = Raw(MethodType.Unary, "RecordSignals", V1.RecordSignalsResponse.Parser.ParseFrom);
        return await Channel.CreateCallInvoker().AsyncUnaryCall(method, host: null, new CallOptions(cancellationToken: cancel), request);
    }

    /// <summary>A stream for bytes that may be no messages.</summary>
    public AsyncDuplexStreamingCall<byte[], V1.StreamSignalsResponse> StreamRawSignals(CancellationToken cancel)
    {
        var method = Raw(MethodType.DuplexStreaming, "StreamSignals", V1.StreamSignalsResponse.Parser.ParseFrom);
        return Channel.CreateCallInvoker().AsyncDuplexStreamingCall(method, host: null, new CallOptions(cancellationToken: cancel));
    }

    public async ValueTask DisposeAsync()
    {
        Journal.Release();
        Channel.Dispose();
        await _application.DisposeAsync();
        await _node.DisposeAsync();
        Readiness.Dispose();
    }

    private static Method<byte[], TResponse> Raw<TResponse>(MethodType type, string name, Func<byte[], TResponse> parse) =>
        new(type, V1.IngestService.Descriptor.FullName, name, Marshallers.Create(bytes => bytes, bytes => bytes), Marshallers.Create(_ => [], parse));

    private async Task StartAsync()
    {
        await ActivateAsync(1, "name: first\n", "first");
        await ActivateAsync(ModelVersion, Model, "active");
        await _node.StartAsync(new SoloRouter(_node, Partitions), default);
        _entriesAtStart = Journal.EntryCount;
        await _application.StartAsync();
        Channel = GrpcChannel.ForAddress(Address);
    }

    private Task ActivateAsync(uint version, string yaml, string comment)
    {
        var hash = ModelReader.Read(yaml).Model!.ContentHash.ToArray();
        return _store.ActivateAsync(
            new ModelActivation
            {
                Active = new ActiveModel(version, new long[Partitions]),
                Added = new StoredModel(version, hash, yaml, "tests", Instant.FromDateTimeOffset(Clock), comment),
            },
            default);
    }
}
