using System.Net;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using LeadGrains.Gateway.Calls;
using LeadGrains.Gateway.Tests.Calls;
using LeadGrains.Gateway.Tests.Services;
using LeadGrains.Gateway.Webhooks;

namespace LeadGrains.Gateway.Tests.Webhooks;

public sealed class WebhookServiceTests : IAsyncLifetime
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
    private bool _delivers = true;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _receiver = await WebhookReceiver.StartAsync();
        _gateway = await GatewayHost.StartAsync(webhooks: Settings with { Delivers = () => Volatile.Read(ref _delivers) });
        _webhooks = new V1.WebhookService.WebhookServiceClient(_gateway.Channel);
        _time = _gateway.LetTimePass();
    }

    public async ValueTask DisposeAsync()
    {
        _time.Dispose();
        await _gateway.DisposeAsync();
        await _receiver.DisposeAsync();
    }

    [Fact]
    public async Task Webhook_WhenAStageIsEntered_IsToldSignedAndOnce()
    {
        await EnterAsync("before");
        var created = await CreateAsync();
        await EnterAsync("ann");

        var post = await OneAsync();
        Assert.Equal(("contact.stage_changed", "ann", "mql"), (post.Type, post.Contact, post.To));
        Assert.Equal(post.SignatureBy(created.Secret), post.Signature);
        Assert.Equal(post.Id, post.Json.GetProperty("data").GetProperty("id").GetString());
        Assert.Equal(55, post.Json.GetProperty("data").GetProperty("score").GetProperty("total").GetDouble(), 0.1);

        var log = await EventuallyAsync(LogAsync(created), log => log.Deliveries.Count > 0);
        var delivery = Assert.Single(log.Deliveries);
        Assert.Equal((post.Id, true, 1u, 204u, ""), (delivery.ChangeId, delivery.Delivered, delivery.Attempts, delivery.Status, delivery.Error));
        Assert.Single(_receiver.All);
    }

    // Forty days of silence, where the model calls thirty dormant.
    [Fact]
    public async Task Webhook_WhenAContactWakesUp_IsToldSinceWhenItSlept()
    {
        await _webhooks.CreateWebhookAsync(
            new V1.CreateWebhookRequest { Url = _receiver.Url, Kinds = { V1.GrainKind.Contact }, Types_ = { V1.ChangeType.WakeUp } }, cancellationToken: Cancel);
        var before = Timestamp.FromDateTimeOffset(_gateway.Clock.AddDays(-40));
        V1.Signal[] signals = [new() { Id = "1", Type = "demo", ContactId = "ann", OccurredAt = before }, new() { Id = "2", Type = "demo", ContactId = "ann" }];
        await new V1.IngestService.IngestServiceClient(_gateway.Channel).RecordSignalsAsync(
            new V1.RecordSignalsRequest { Signals = { signals } }, cancellationToken: Cancel);

        var post = await OneAsync();
        Assert.Equal(("contact.woke_up", "ann"), (post.Type, post.Contact));
        Assert.Equal(before, Timestamp.Parser.ParseJson(post.Json.GetProperty("data").GetProperty("wakeUp").GetProperty("dormantSince").GetRawText()));
        Assert.True(post.Json.GetProperty("data").GetProperty("score").GetProperty("intentPoints").GetDouble() >= 100);
    }

    [Fact]
    public async Task Webhook_WhenAThresholdIsCrossed_IsToldBothWays()
    {
        var request = new V1.CreateWebhookRequest { Url = _receiver.Url, Types_ = { V1.ChangeType.Threshold }, Thresholds = { "very hot" } };
        var created = await _webhooks.CreateWebhookAsync(request, cancellationToken: Cancel);
        Assert.Equal(["very hot"], created.Webhook.Thresholds);
        await EnterAsync("ann");
        var more = new V1.RecordSignalsRequest();
        more.Signals.AddRange(Enumerable.Range(0, 5).Select(i => new V1.Signal { Id = $"more {i}", Type = "demo", ContactId = "ann" }));
        await new V1.IngestService.IngestServiceClient(_gateway.Channel).RecordSignalsAsync(more, cancellationToken: Cancel);
        await EventuallyAsync(() => Task.FromResult(_receiver.Acknowledged.Count), count => count == 1);
        await LeaveAsync("ann");
        await EventuallyAsync(() => Task.FromResult(_receiver.Acknowledged.Count), count => count == 2);

        Assert.All(_receiver.Acknowledged, post => Assert.Equal(("contact.threshold_crossed", "ann"), (post.Type, post.Contact)));
        Assert.Equal([true, false], _receiver.Acknowledged.Select(post => post.Json.GetProperty("data").GetProperty("threshold").GetProperty("reached").GetBoolean()));
    }

    [Fact]
    public async Task CreateWebhook_WhenTheModelHasNoSuchName_ListsThoseThatItHasUnlessItIsToCome()
    {
        var request = new V1.CreateWebhookRequest { Url = _receiver.Url, Kinds = { V1.GrainKind.Contact }, ToStages = { "mlq" }, Thresholds = { "hto" } };
        var fault = await Assert.ThrowsAsync<RpcException>(async () => await _webhooks.CreateWebhookAsync(request, cancellationToken: Cancel));
        Assert.Equal(StatusCode.InvalidArgument, fault.StatusCode);
        Assert.Equal(
            "to_stages has \"mlq\", which is no stage of the active model; it has for contacts nurture, mql; one more field is wrong", fault.Status.Detail);
        request.AllowUnknown = true;
        var created = await _webhooks.CreateWebhookAsync(request, cancellationToken: Cancel);
        Assert.Equal(("mlq", "hto"), (created.Webhook.ToStages.Single(), created.Webhook.Thresholds.Single()));
    }

    // Ann's first posts fail, in the order in which they come; Bob's get through meanwhile, and Ann's then in theirs.
    [Fact]
    public async Task Webhook_WhenOneContactsPostsFail_HoldsUpOnlyThatContacts()
    {
        var refuse = true;
        _receiver.Answer = post => post.Contact == "ann" && Volatile.Read(ref refuse) ? 500 : 200;
        var created = await CreateAsync();
        await EnterAsync("ann");
        await LeaveAsync("ann");
        await EnterAsync("bob");
        await EventuallyAsync(() => Task.FromResult(_receiver.Acknowledged.Count), count => count == 1);
        Assert.Equal("bob", _receiver.Acknowledged.Single().Contact);
        Assert.All(_receiver.All.Where(post => post.Contact == "ann"), post => Assert.Equal("mql", post.To));
        await EventuallyAsync(LogAsync(created), log => log.Deliveries.Any(delivery => !delivery.Delivered && delivery.Status == 500));

        Volatile.Write(ref refuse, false);
        await EventuallyAsync(() => Task.FromResult(_receiver.Acknowledged.Count), count => count == 3);
        Assert.Equal(["mql", "nurture"], _receiver.Acknowledged.Where(post => post.Contact == "ann").Select(post => post.To));
    }

    [Fact]
    public async Task Webhook_WhenItKeepsFailing_IsPausedAndGoesOnWhereItStopped()
    {
        _receiver.Answer = _ => 302;
        var created = await CreateAsync();
        await EnterAsync("ann");
        await EventuallyAsync(() => Task.FromResult(_receiver.All.Count), count => count >= 2);
        await EventuallyAsync(LogAsync(created), log => log.Deliveries is [{ Delivered: false, Status: 302, Error: "redirects are not followed" }]);
        Assert.NotNull((await EventuallyAsync(ListAsync, list => list.Webhooks[0].FailingSince is not null)).Webhooks[0].FailingSince);
        _gateway.Advance(TimeSpan.FromHours(1));

        var paused = (await EventuallyAsync(ListAsync, list => list.Webhooks[0].State == V1.WebhookState.Paused)).Webhooks[0];

        // A post that was under way when the clock leapt had no answer in time.
        Assert.Matches("^Every delivery has failed since .*, lastly: (status 302, redirects are not followed|no answer in time)[.]$", paused.StateReason);
        _receiver.Answer = _ => 200;
        await EnterAsync("bob");
        await Task.Delay(100, Cancel);
        Assert.Empty(_receiver.Acknowledged);

        var resumed = await _webhooks.ResumeWebhookAsync(new V1.ResumeWebhookRequest { WebhookId = created.Webhook.WebhookId }, cancellationToken: Cancel);
        Assert.Equal(V1.WebhookState.Active, resumed.Webhook.State);
        await EventuallyAsync(() => Task.FromResult(_receiver.Acknowledged.Count), count => count == 2);
        Assert.Equal(["ann", "bob"], _receiver.Acknowledged.Select(post => post.Contact).Order());
    }

    // As in a cluster: whoever takes over goes on where the one before it came to.
    [Fact]
    public async Task Webhook_WhereAnotherNodeDelivers_IsDeliveredOnceThisOneDoes()
    {
        await CreateAsync();
        await EnterAsync("ann");
        await OneAsync();
        Volatile.Write(ref _delivers, false);
        _gateway.Advance(TimeSpan.FromSeconds(2));
        await Task.Delay(TimeSpan.FromSeconds(1), Cancel);
        await EnterAsync("bob");
        await Task.Delay(TimeSpan.FromSeconds(1), Cancel);
        Assert.Single(_receiver.All);

        Volatile.Write(ref _delivers, true);
        await EventuallyAsync(() => Task.FromResult(_receiver.Acknowledged.Count), count => count == 2);
        Assert.Equal(["ann", "bob"], _receiver.All.Select(post => post.Contact));
    }

    // What another one posts by then must not be followed by what this one posts late.
    [Fact]
    public async Task Webhook_WhereAnotherNodeMayDeliver_IsNotPostedToOnceMore()
    {
        _receiver.Answer = _ =>
        {
            Volatile.Write(ref _delivers, false);
            return 500;
        };
        await CreateAsync();
        await EnterAsync("ann");
        await EventuallyAsync(() => Task.FromResult(_receiver.All.Count), count => count > 0);
        await Task.Delay(TimeSpan.FromSeconds(1), Cancel);

        Assert.Single(_receiver.All);
    }

    [Fact]
    public async Task Webhook_WhereAnotherNodeDeliveredBefore_WaitsAsLongAsItsPostsMayTake()
    {
        var timeout = TimeSpan.FromHours(1);
        await using var gateway = await GatewayHost.StartAsync(webhooks: Settings with { MayFollowAnother = true, Timeout = timeout });
        using var time = gateway.LetTimePass();
        await new V1.WebhookService.WebhookServiceClient(gateway.Channel).CreateWebhookAsync(new V1.CreateWebhookRequest { Url = _receiver.Url, Types_ = { V1.ChangeType.Stage } }, cancellationToken: Cancel);
        await EnterAsync("ann", gateway);
        await Task.Delay(TimeSpan.FromSeconds(2), Cancel);
        Assert.Empty(_receiver.All);

        gateway.Advance(timeout + TimeSpan.FromSeconds(1));
        await EventuallyAsync(() => Task.FromResult(_receiver.Acknowledged.Count), count => count > 0);
    }

    [Fact]
    public async Task Webhook_WhenTheReceiverIsGone_IsToldNothingMore()
    {
        _receiver.Answer = _ => 410;
        await CreateAsync();
        await EnterAsync("ann");

        await EventuallyAsync(ListAsync, list => list.Webhooks[0].State == V1.WebhookState.Gone);
        await EnterAsync("bob");
        await Task.Delay(200, Cancel);
        Assert.Single(_receiver.All);
    }

    [Fact]
    public async Task RotateWebhookSecret_WhenAsked_SignsWithBothForADay()
    {
        var created = await CreateAsync();
        var rotated = await _webhooks.RotateWebhookSecretAsync(new V1.RotateWebhookSecretRequest { WebhookId = created.Webhook.WebhookId }, cancellationToken: Cancel);
        Assert.NotEqual(created.Secret, rotated.Secret);

        await TestAsync(created);
        var both = await OneAsync();
        Assert.Equal($"{both.SignatureBy(rotated.Secret)} {both.SignatureBy(created.Secret)}", both.Signature);
        _receiver.Acknowledged.Clear();
        _gateway.Advance(TimeSpan.FromHours(24));
        await TestAsync(created);
        var one = await OneAsync();
        Assert.Equal(one.SignatureBy(rotated.Secret), one.Signature);
        Assert.Equal(("webhook.test", true), (one.Type, one.Id.StartsWith("test-", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task RedeliverWebhook_WhenAsked_PostsTheSameMessageAgain()
    {
        var created = await CreateAsync();
        await EnterAsync("ann");
        var first = await OneAsync();
        _receiver.Acknowledged.Clear();

        var again = await _webhooks.RedeliverWebhookAsync(
            new V1.RedeliverWebhookRequest { WebhookId = created.Webhook.WebhookId, ChangeId = first.Id }, cancellationToken: Cancel);

        Assert.True(again.Delivery.Delivered);
        var second = await OneAsync();
        Assert.Equal(first.Id, second.Id);
        Assert.Equal(first.Body, second.Body);
        foreach (var id in new[] { "0-999999", "77-1", "nonsense", "" })
        {
            var fault = await Assert.ThrowsAsync<RpcException>(async () => await _webhooks.RedeliverWebhookAsync(
                new V1.RedeliverWebhookRequest { WebhookId = created.Webhook.WebhookId, ChangeId = id }, cancellationToken: Cancel));
            Assert.Equal(StatusCode.NotFound, fault.StatusCode);
            FaultAssert.Because(FaultReasons.ChangeNotFound, fault, ("change_id", id));
        }
    }

    [Fact]
    public async Task DeleteWebhook_WhenAsked_EndsIt()
    {
        var created = await CreateAsync();
        await _webhooks.DeleteWebhookAsync(new V1.DeleteWebhookRequest { WebhookId = created.Webhook.WebhookId }, cancellationToken: Cancel);
        _gateway.Advance(TimeSpan.FromSeconds(2));
        await Task.Delay(TimeSpan.FromSeconds(1), Cancel);
        await EnterAsync("ann");
        await Task.Delay(200, Cancel);

        Assert.Empty(_receiver.All);
        Assert.Empty((await ListAsync()).Webhooks);
        var fault = await Assert.ThrowsAsync<RpcException>(() => TestAsync(created));
        FaultAssert.Because(FaultReasons.WebhookNotFound, fault, ("webhook_id", created.Webhook.WebhookId));
    }

    [Fact]
    public async Task CreateWebhook_WhenFieldsAreWrong_NamesThem()
    {
        var request = new V1.CreateWebhookRequest { Url = "https://169.254.169.254/latest", Secret = "whsec_short", Description = new string('d', 257) };
        var fault = await Assert.ThrowsAsync<RpcException>(async () => await _webhooks.CreateWebhookAsync(request, cancellationToken: Cancel));

        Assert.Equal(StatusCode.InvalidArgument, fault.StatusCode);
        FaultAssert.Because(FaultReasons.FieldInvalid, fault);
        Assert.Equal("url leads to an address that is not public; `serve --webhook-allow CIDR` would allow it; 2 more fields are wrong", fault.Status.Detail);
        foreach (var url in new[] { "", "hook", "ftp://127.0.0.1/", "http://user:word@127.0.0.1/", "http://127.0.0.1/#part", "http://127.0.0.1/a b", "http://127.0.0.1/\r\nX: y" })
            await Assert.ThrowsAsync<RpcException>(async () => await _webhooks.CreateWebhookAsync(new V1.CreateWebhookRequest { Url = url }, cancellationToken: Cancel));
    }

    private async Task<V1.CreateWebhookResponse> CreateAsync()
    {
        var request = new V1.CreateWebhookRequest { Url = _receiver.Url, Kinds = { V1.GrainKind.Contact }, Types_ = { V1.ChangeType.Stage } };
        return await _webhooks.CreateWebhookAsync(request, cancellationToken: Cancel);
    }

    private async Task TestAsync(V1.CreateWebhookResponse webhook) => Assert.True(
        (await _webhooks.TestWebhookAsync(new V1.TestWebhookRequest { WebhookId = webhook.Webhook.WebhookId }, cancellationToken: Cancel)).Delivery.Delivered);

    private async Task<V1.ListWebhooksResponse> ListAsync() => await _webhooks.ListWebhooksAsync(new V1.ListWebhooksRequest(), cancellationToken: Cancel);

    private Func<Task<V1.ListWebhookDeliveriesResponse>> LogAsync(V1.CreateWebhookResponse webhook) => async () =>
        await _webhooks.ListWebhookDeliveriesAsync(new V1.ListWebhookDeliveriesRequest { WebhookId = webhook.Webhook.WebhookId }, cancellationToken: Cancel);

    private async Task<WebhookReceiver.Post> OneAsync()
    {
        await EventuallyAsync(() => Task.FromResult(_receiver.Acknowledged.Count), count => count == 1);
        return _receiver.Acknowledged.Single();
    }

    private static async Task<T> EventuallyAsync<T>(Func<Task<T>> ask, Func<T, bool> holds)
    {
        for (var tries = 0; ; tries++)
        {
            var answer = await ask();
            if (holds(answer))
                return answer;
            Assert.True(tries < 1_000, $"It never held; last: {answer}");
            await Task.Delay(20, Cancel);
        }
    }

    private async Task EnterAsync(string contact, GatewayHost? gateway = null)
    {
        await UpsertAsync(contact, "Head of IT", gateway);
        await new V1.IngestService.IngestServiceClient((gateway ?? _gateway).Channel).RecordSignalsAsync(
            new V1.RecordSignalsRequest { Signals = { new V1.Signal { Id = contact, Type = "demo", ContactId = contact } } }, cancellationToken: Cancel);
    }

    private Task LeaveAsync(string contact) => UpsertAsync(contact, "Intern");

    private async Task UpsertAsync(string contact, string title, GatewayHost? gateway = null)
    {
        var traits = new Struct { Fields = { ["title"] = Value.ForString(title) } };
        var upsert = new V1.UpsertContactsRequest { Contacts = { new V1.ContactTraits { ContactId = contact, Traits = traits } } };
        await new V1.ContactService.ContactServiceClient((gateway ?? _gateway).Channel).UpsertContactsAsync(upsert, cancellationToken: Cancel);
    }
}
