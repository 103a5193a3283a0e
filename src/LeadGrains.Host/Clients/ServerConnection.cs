using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using LeadGrains.V1;

namespace LeadGrains.Host.Clients;

/// <summary>A channel to one server, and the services on it.</summary>
internal sealed class ServerConnection : IDisposable
{
    private static readonly TimeSpan CallTime = TimeSpan.FromSeconds(30);
    private readonly GrpcChannel _channel;
    private readonly TimeProvider _clock;

    public ServerConnection(Uri server, TimeProvider clock)
        : this(new ServerTarget(server), clock)
    {
    }

    /// <exception cref="Commands.CommandFailedException">A file of the target cannot be used.</exception>
    public ServerConnection(ServerTarget server, TimeProvider clock)
    {
        Server = server.Address;
        _clock = clock;
        _channel = GrpcChannel.ForAddress(server.Address, new GrpcChannelOptions { HttpHandler = server.CreateHandler(), DisposeHttpClient = true });
        Invoker = server.ApiKey is { } key ? _channel.CreateCallInvoker().Intercept(new KeyedCalls(key)) : _channel.CreateCallInvoker();
        Ingest = new IngestService.IngestServiceClient(Invoker);
        Contacts = new ContactService.ContactServiceClient(Invoker);
        Accounts = new AccountService.AccountServiceClient(Invoker);
        Ranking = new RankingService.RankingServiceClient(Invoker);
        Stages = new StageService.StageServiceClient(Invoker);
        Changes = new ChangeService.ChangeServiceClient(Invoker);
        Refusals = new RefusalService.RefusalServiceClient(Invoker);
        Exports = new ExportService.ExportServiceClient(Invoker);
        Webhooks = new WebhookService.WebhookServiceClient(Invoker);
        Models = new ModelService.ModelServiceClient(Invoker);
        Audit = new AuditService.AuditServiceClient(Invoker);
        Privacy = new PrivacyService.PrivacyServiceClient(Invoker);
    }

    public Uri Server { get; }

    public CallInvoker Invoker { get; }

    public IngestService.IngestServiceClient Ingest { get; }

    public ContactService.ContactServiceClient Contacts { get; }

    public AccountService.AccountServiceClient Accounts { get; }

    public RankingService.RankingServiceClient Ranking { get; }

    public StageService.StageServiceClient Stages { get; }

    public ChangeService.ChangeServiceClient Changes { get; }

    public RefusalService.RefusalServiceClient Refusals { get; }

    public ExportService.ExportServiceClient Exports { get; }

    public WebhookService.WebhookServiceClient Webhooks { get; }

    public ModelService.ModelServiceClient Models { get; }

    public AuditService.AuditServiceClient Audit { get; }

    public PrivacyService.PrivacyServiceClient Privacy { get; }

    /// <summary>Options of a unary call: it never waits for ever.</summary>
    public CallOptions Call(CancellationToken cancellationToken) =>
        new(deadline: _clock.GetUtcNow().UtcDateTime + CallTime, cancellationToken: cancellationToken);

    public void Dispose() => _channel.Dispose();
}
