using System.Buffers;
using System.Net;
using Google.Protobuf;
using LeadGrains.Cluster.Membership;
using LeadGrains.Cluster.Peers;
using LeadGrains.Grains;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Signals;
using LeadGrains.Scoring;
using LeadGrains.V1;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace LeadGrains.Cluster.Tests.Peers;

/// <summary>A node with a port of loopback for the others and links to them.</summary>
internal sealed class PeerNode : IAsyncDisposable
{
    public const string Secret = "the-nodes-know-each-other";

    private readonly string _name;
    private readonly PeerServing _serving;
    private WebApplication _application;

    private PeerNode(string name, GrainNode node, PeerServing serving, WebApplication application, ClusterRouter router)
    {
        (_name, Node, _serving, _application, Router) = (name, node, serving, application, router);
        Address = new Uri(application.Urls.Single()).Authority;
    }

    public GrainNode Node { get; }

    public ClusterRouter Router { get; }

    public string Address { get; }

    public GrainClient Client => Node.Client;

    public ClusterMember Member => new(_name, Address, MemberState.Serving, IsAlive: true);

    public static async Task<PeerNode> StartAsync(string name, PeerStore store, PeerOptions? options = null, string secret = Secret, CancellationTokenSource? closing = null)
    {
        var node = new GrainNode(new GrainNodeOptions { Loops = 2 }, store.Journal, store.Rows, new Moving(), new ServedModels(1, DefaultModel.Model), TimeProvider.System);
        var serving = new PeerServing { Node = () => node, Secret = new PeerSecret(secret), Options = options ?? new PeerOptions(), Closing = closing?.Token ?? CancellationToken.None };
        var application = await ServeAsync(serving, port: 0);
        var links = new PeerLinks(serving.Secret, serving.Options, TimeProvider.System);
        var router = new ClusterRouter(node, name, store.Journal.PartitionCount, links);
        await node.StartAsync(router, CancellationToken.None);
        return new PeerNode(name, node, serving, application, router);
    }

    /// <summary>The others cannot reach it until it serves again.</summary>
    public async Task StopServingAsync()
    {
        using var atOnce = new CancellationTokenSource();
        await atOnce.CancelAsync();
        await _application.StopAsync(atOnce.Token);
        await _application.DisposeAsync();
    }

    public async Task ServeAgainAsync() => _application = await ServeAsync(_serving, new Uri($"http://{Address}").Port);

    /// <summary>One signal for each of some contacts; ranked where they have accounts.</summary>
    public SignalBatch Batch(string id, IEnumerable<string> contacts, Func<string, string>? accountOf = null)
    {
        var ack = accountOf is null ? LeadGrains.V1.AckLevel.Recorded : LeadGrains.V1.AckLevel.Ranked;
        var request = new RecordSignalsRequest { AckLevel = ack };
        request.Signals.AddRange(contacts.Select(
            contact => new Signal { Id = id, ContactId = contact, Type = "demo_requested", AccountId = accountOf?.Invoke(contact) ?? "" }));
        var batch = SignalBatch.Read(new ReadOnlySequence<byte>(request.ToByteArray()), SignalMessage.RecordRequest);
        batch.Validate(Client.Now(), Workspaces.Default, Client.PartitionCount);
        return batch;
    }

    public async ValueTask DisposeAsync()
    {
        await Router.DisposeAsync();
        await StopServingAsync();
        await Node.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(60));
    }

    private static async Task<WebApplication> ServeAsync(PeerServing serving, int port)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddLeadGrainsPeers(serving);
        var application = builder.Build();
        application.MapLeadGrainsPeers();
        await application.StartAsync();
        return application;
    }

    private sealed class Moving : IPartitionOwnership
    {
        public IReadOnlyList<OwnedPartition> Owned => [];

        public bool MayMove => true;
    }
}
