using System.Net;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using LeadGrains.Gateway.Tests.Services;
using LeadGrains.Gateway.Webhooks;

namespace LeadGrains.Gateway.Tests.Webhooks;

/// <summary>Deliveries while the store fails, and after somebody has mended what failed.</summary>
public sealed class WebhookFaultTests : IAsyncLifetime
{
    private static readonly WebhookSettings Settings = new()
    {
        Chance = GatewayHost.Bytes,
        Allowed = [IPNetwork.Parse("127.0.0.0/8")],
        FirstRetry = TimeSpan.FromMilliseconds(50),
        LongestRetry = TimeSpan.FromMilliseconds(200),
        PauseAfter = TimeSpan.FromHours(1),
    };

    private GatewayHost _gateway = null!;
    private WebhookReceiver _receiver = null!;
    private V1.WebhookService.WebhookServiceClient _webhooks = null!;
    private IDisposable _time = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _receiver = await WebhookReceiver.StartAsync();
        _gateway = await GatewayHost.StartAsync(webhooks: Settings);
        _webhooks = new V1.WebhookService.WebhookServiceClient(_gateway.Channel);
        _time = _gateway.LetTimePass();
    }

    public async ValueTask DisposeAsync()
    {
        _time.Dispose();
        await _gateway.DisposeAsync();
        await _receiver.DisposeAsync();
    }

    // Before each try the store is asked whether the contact has been erased.
    [Fact]
    public async Task Webhook_WhenTheStoreFailsBetweenTwoTries_GoesOnOnceItAnswers()
    {
        var refuse = true;
        _receiver.Answer = _ => Volatile.Read(ref refuse) ? 500 : 200;
        var created = await CreateAsync();
        await EnterAsync("ann");
        await UntilAsync(() => Task.FromResult(!_receiver.All.IsEmpty));

        _gateway.Journal.ReadFault = new InvalidDataException("The disk has gone.");
        await UntilAsync(async () => (await LogAsync(created)).Any(delivery => delivery.Error.Contains("could not be read", StringComparison.Ordinal)));
        Volatile.Write(ref refuse, false);
        _gateway.Journal.ReadFault = null;

        await UntilAsync(() => Task.FromResult(!_receiver.Acknowledged.IsEmpty));
        Assert.Equal("ann", _receiver.Acknowledged.Single().Contact);
    }

    [Fact]
    public async Task ResumeWebhook_WhenItFailsOnceMore_HasAllTheTimeAgain()
    {
        _receiver.Answer = _ => 500;
        var id = (await CreateAsync()).Webhook.WebhookId;
        await EnterAsync("ann");
        await UntilAsync(async () => (await StateAsync()).FailingSince is not null);
        _gateway.Advance(TimeSpan.FromHours(1));
        await UntilAsync(async () => (await StateAsync()).State == V1.WebhookState.Paused);

        var before = _receiver.All.Count;
        await _webhooks.ResumeWebhookAsync(new V1.ResumeWebhookRequest { WebhookId = id }, cancellationToken: Cancel);
        await UntilAsync(() => Task.FromResult(_receiver.All.Count >= before + 3));

        Assert.Equal(V1.WebhookState.Active, (await StateAsync()).State);
        _gateway.Advance(TimeSpan.FromHours(1));
        await UntilAsync(async () => (await StateAsync()).State == V1.WebhookState.Paused);
    }

    [Fact]
    public async Task Webhooks_WhenOneCannotBeRead_DeliverTheOthers()
    {
        await _gateway.Registry.WriteAsync("webhooks", "wh_000000000000", new byte[] { 0xFF, 0xFF, 0xFF }, expectedRevision: 0, Cancel);
        await CreateAsync();
        await EnterAsync("ann");

        await UntilAsync(() => Task.FromResult(!_receiver.Acknowledged.IsEmpty));
        var listed = (await _webhooks.ListWebhooksAsync(new V1.ListWebhooksRequest(), cancellationToken: Cancel)).Webhooks;
        Assert.Equal([V1.WebhookState.Active, V1.WebhookState.Unreadable], listed.Select(webhook => webhook.State));
    }

    [Fact]
    public async Task List_WhenOneCannotBeRead_ShowsItAndCanDeleteIt()
    {
        const string Id = "wh_000000000000";
        await _gateway.Registry.WriteAsync("webhooks", Id, new byte[] { 0xFF, 0xFF, 0xFF }, expectedRevision: 0, Cancel);

        var shown = Assert.Single((await _webhooks.ListWebhooksAsync(new V1.ListWebhooksRequest(), cancellationToken: Cancel)).Webhooks);
        Assert.Equal((Id, V1.WebhookState.Unreadable), (shown.WebhookId, shown.State));
        await _webhooks.DeleteWebhookAsync(new V1.DeleteWebhookRequest { WebhookId = Id }, cancellationToken: Cancel);
        Assert.Empty((await _webhooks.ListWebhooksAsync(new V1.ListWebhooksRequest(), cancellationToken: Cancel)).Webhooks);
        Assert.Null(await _gateway.Registry.FindAsync("webhooks", Id, Cancel));
    }

    // As after a backup was restored whose journal is older than its registry; or where the place was damaged.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Webhook_WhenTheJournalEndsBeforeItsPlace_GoesOnAndSaysSo(bool isDamaged)
    {
        await using var longer = await GatewayHost.StartAsync();
        for (var contact = 0; contact < 20; contact++)
            await EnterAsync($"before-{contact}", longer);
        var id = (await CreateAsync()).Webhook.WebhookId;
        var place = new Registry.V1.StoredProgress { ResumeToken = isDamaged ? "damaged" : await TokenOfAsync(longer) };
        for (long? written = null; written is null;)
            written = await _gateway.Registry.WriteAsync("webhook-progress", id, place.ToByteArray(), expectedRevision: null, Cancel);
        await _webhooks.ResumeWebhookAsync(new V1.ResumeWebhookRequest { WebhookId = id }, cancellationToken: Cancel);

        await UntilAsync(async () => (await StateAsync()).StateReason.Contains("beyond the end of the journal", StringComparison.Ordinal));
        await EnterAsync("ann");
        await UntilAsync(() => Task.FromResult(_receiver.Acknowledged.Any(post => post.Contact == "ann")));
        Assert.Equal(V1.WebhookState.Active, (await StateAsync()).State);
        var log = (await _webhooks.ListWebhookDeliveriesAsync(new V1.ListWebhookDeliveriesRequest { WebhookId = id }, cancellationToken: Cancel)).Deliveries;
        var gap = Assert.Single(log, delivery => delivery.ChangeId.Length == 0);
        Assert.Equal((false, 0u), (gap.Delivered, gap.Attempts));
        Assert.Contains("beyond the end of the journal", gap.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Webhook_WhenItIsOfATypeThatIsNotKnown_IsKeptAndToldNothing()
    {
        var id = (await CreateAsync()).Webhook.WebhookId;
        var stored = Registry.V1.StoredWebhook.Parser.ParseFrom((await _gateway.Registry.FindAsync("webhooks", id, Cancel))!.Body!.Value.Span);
        stored.Types_.Clear();
        stored.Types_.Add(99);
        await _gateway.Registry.WriteAsync("webhooks", "wh_000000000000", stored.ToByteArray(), expectedRevision: 0, Cancel);
        await EnterAsync("ann");

        await UntilAsync(() => Task.FromResult(!_receiver.Acknowledged.IsEmpty));
        await Task.Delay(TimeSpan.FromSeconds(2), Cancel);
        await EnterAsync("bob");
        await UntilAsync(() => Task.FromResult(_receiver.Acknowledged.Any(post => post.Contact == "bob")));
        await Task.Delay(TimeSpan.FromMilliseconds(500), Cancel);
        Assert.Equal(2, _receiver.All.Count);
        Assert.Contains((await _webhooks.ListWebhooksAsync(new V1.ListWebhooksRequest(), cancellationToken: Cancel)).Webhooks, webhook => webhook.Types_.Contains((V1.ChangeType)99));
    }

    private static async Task<string> TokenOfAsync(GatewayHost gateway)
    {
        using var watch = new V1.ChangeService.ChangeServiceClient(gateway.Channel).WatchChanges(new V1.WatchChangesRequest(), cancellationToken: Cancel);
        Assert.True(await watch.ResponseStream.MoveNext(Cancel));
        return watch.ResponseStream.Current.ResumeToken;
    }

    private async Task<V1.CreateWebhookResponse> CreateAsync() => await _webhooks.CreateWebhookAsync(
        new V1.CreateWebhookRequest { Url = _receiver.Url, Kinds = { V1.GrainKind.Contact }, Types_ = { V1.ChangeType.Stage } }, cancellationToken: Cancel);

    private async Task<V1.Webhook> StateAsync() => (await _webhooks.ListWebhooksAsync(new V1.ListWebhooksRequest(), cancellationToken: Cancel)).Webhooks[0];

    private async Task<IReadOnlyList<V1.WebhookDelivery>> LogAsync(V1.CreateWebhookResponse webhook) => (await _webhooks.ListWebhookDeliveriesAsync(
        new V1.ListWebhookDeliveriesRequest { WebhookId = webhook.Webhook.WebhookId }, cancellationToken: Cancel)).Deliveries;

    private async Task EnterAsync(string contact, GatewayHost? gateway = null)
    {
        var traits = new Struct { Fields = { ["title"] = Value.ForString("Head of IT") } };
        var upsert = new V1.UpsertContactsRequest { Contacts = { new V1.ContactTraits { ContactId = contact, Traits = traits } } };
        await new V1.ContactService.ContactServiceClient((gateway ?? _gateway).Channel).UpsertContactsAsync(upsert, cancellationToken: Cancel);
        await new V1.IngestService.IngestServiceClient((gateway ?? _gateway).Channel).RecordSignalsAsync(
            new V1.RecordSignalsRequest { Signals = { new V1.Signal { Id = contact, Type = "demo", ContactId = contact } } }, cancellationToken: Cancel);
    }

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        for (var tries = 0; !await holds(); tries++)
        {
            Assert.True(tries < 1_000, "It never held.");
            await Task.Delay(20, Cancel);
        }
    }
}
