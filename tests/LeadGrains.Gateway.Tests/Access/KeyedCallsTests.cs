using Grpc.Core;
using LeadGrains.Gateway.Access;
using LeadGrains.Gateway.Tests.Calls;
using LeadGrains.Gateway.Tests.Services;

namespace LeadGrains.Gateway.Tests.Access;

/// <summary>What keys do to calls that are made with them.</summary>
public sealed class KeyedCallsTests : IAsyncLifetime
{
    private static readonly NewKey Plain = new() { Workspace = "default", Name = "tests", Scopes = KeyScopes.Ingest | KeyScopes.Read | KeyScopes.Model | KeyScopes.Admin };

    private static readonly NewKey Pages = Plain with { Scopes = KeyScopes.Ingest, Origins = ["https://a.example"] };

    private GatewayHost _gateway = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private V1.IngestService.IngestServiceClient Ingest => new(_gateway.Channel);

    public async ValueTask InitializeAsync() => _gateway = await GatewayHost.StartAsync();

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Fact]
    public async Task RecordSignals_WhenTheKeyHasHadItsSignals_SaysWhenToTryAgain()
    {
        var key = await _gateway.CreateKeyAsync(Plain with { SignalsPerSecond = 10 });
        Assert.Equal(50U, (await RecordAsync(key, "a", 50)).Recorded);
        var refused = await CallAssert.FailsAsync(StatusCode.ResourceExhausted, () => RecordAsync(key, "b", 1));
        FaultAssert.Because("KEY_LIMIT", refused, ("limit", "signals"));
        Assert.Equal(TimeSpan.FromSeconds(3.1), refused.GetRpcStatus()!.GetDetail<Google.Rpc.RetryInfo>()!.RetryDelay.ToTimeSpan());
        Assert.Equal("3100", refused.Trailers.GetValue("grpc-retry-pushback-ms"));

        _gateway.Advance(TimeSpan.FromSeconds(3.1));
        Assert.Equal(1U, (await RecordAsync(key, "b", 1)).Recorded);
        Assert.Equal(51, _gateway.EntriesTaken);
    }

    /// <summary>Every method of the API.</summary>
    public static TheoryData<string> Methods =>
        [.. MethodScopesTests.Services().SelectMany(service => service.Methods).Select(method => $"{method.Service.FullName}/{method.Name}")];

    [Theory]
    [MemberData(nameof(Methods))]
    public async Task Call_WhenThereIsNoKey_IsRefusedBeforeItIsRead(string method)
    {
        await _gateway.CreateKeyAsync(Plain);
        using var http = new HttpClient();
        using var body = new UnendingContent();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{_gateway.Address}/{method}")
        {
            Version = System.Net.HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = body,
        };
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel).WaitAsync(TimeSpan.FromSeconds(20), Cancel);
        Assert.Equal("16", response.Headers.GetValues("grpc-status").Single());
        Assert.NotEmpty(response.Headers.GetValues("grpc-status-details-bin").Single());
    }

    [Fact]
    public async Task RecordSignals_WhenTheyBringNothing_CountAsOneEach()
    {
        var key = await _gateway.CreateKeyAsync(Plain with { SignalsPerSecond = 1 });
        await RecordAsync(key, "a", 0);
        await RecordAsync(key, "a", 0);
        var refused = await CallAssert.FailsAsync(StatusCode.ResourceExhausted, () => RecordAsync(key, "a", 0));
        FaultAssert.Because("KEY_LIMIT", refused, ("limit", "signals"));
    }

    [Fact]
    public async Task UpsertContacts_WhenTheKeyIsForPages_MakesNoOneOfTwoPeople()
    {
        var (pages, all) = (await _gateway.CreateKeyAsync(Plain with { Scopes = KeyScopes.Ingest, Origins = ["https://a.example"] }), await _gateway.CreateKeyAsync(Plain));
        var contacts = new V1.ContactService.ContactServiceClient(_gateway.Channel);
        await contacts.UpsertContactsAsync(new V1.UpsertContactsRequest { Contacts = { Named("ann"), Named("bob", "device") } }, With(all), cancellationToken: Cancel);
        var page = With(pages);
        page.Add("origin", "https://a.example");

        // A device that is bob's already is not to become ann's.
        await contacts.UpsertContactsAsync(new V1.UpsertContactsRequest { Contacts = { Named("ann", "device") } }, page, cancellationToken: Cancel);

        Assert.Equal("bob", (await contacts.GetContactAsync(new V1.GetContactRequest { ContactId = "device" }, With(all), cancellationToken: Cancel)).Contact.ContactId);
        Assert.Equal("bob", (await contacts.GetContactAsync(new V1.GetContactRequest { ContactId = "bob" }, With(all), cancellationToken: Cancel)).Contact.ContactId);
    }

    [Fact]
    public async Task UpsertContacts_WhenTheKeyIsForPages_LeavesPeopleOfOthersAlone()
    {
        var (page, all) = (With(await _gateway.CreateKeyAsync(Pages)), With(await _gateway.CreateKeyAsync(Plain)));
        page.Add("origin", "https://a.example");
        var contacts = new V1.ContactService.ContactServiceClient(_gateway.Channel);
        var real = new V1.ContactTraits { ContactId = "real", Email = "real@acme.example", AccountId = "acme" };
        await contacts.UpsertContactsAsync(new V1.UpsertContactsRequest { Contacts = { real } }, all, cancellationToken: Cancel);

        var joined = await contacts.UpsertContactsAsync(new V1.UpsertContactsRequest { Contacts = { Named("mine", "real") } }, page, cancellationToken: Cancel);
        var taken = new V1.ContactTraits { ContactId = "real", Email = "me@other.example", AccountId = "other" };
        var changed = await contacts.UpsertContactsAsync(new V1.UpsertContactsRequest { Contacts = { taken } }, page, cancellationToken: Cancel);

        Assert.Equal("aliases", Assert.Single(joined.Rejections).Field);
        Assert.Equal(1U, changed.Recorded);
        var found = (await contacts.GetContactAsync(new V1.GetContactRequest { ContactId = "real" }, all, cancellationToken: Cancel)).Contact;
        Assert.Equal(("real", "real@acme.example", "acme"), (found.ContactId, found.Email, found.AccountId));
    }

    [Fact]
    public async Task UpsertContacts_WhenTheKeyIsForPages_TellsWhatNobodyHasTold()
    {
        var (page, all) = (With(await _gateway.CreateKeyAsync(Pages)), With(await _gateway.CreateKeyAsync(Plain)));
        page.Add("origin", "https://a.example");
        var contacts = new V1.ContactService.ContactServiceClient(_gateway.Channel);
        var visitor = new V1.ContactTraits { ContactId = "ann", Email = "ann@acme.example", AccountId = "acme", Aliases = { "device" } };
        await contacts.UpsertContactsAsync(new V1.UpsertContactsRequest { Contacts = { visitor } }, page, cancellationToken: Cancel);

        var found = (await contacts.GetContactAsync(new V1.GetContactRequest { ContactId = "device" }, all, cancellationToken: Cancel)).Contact;
        Assert.Equal(("ann", "ann@acme.example", "acme"), (found.ContactId, found.Email, found.AccountId));

        // Whoever is trusted may say otherwise later.
        visitor.Email = "ann@other.example";
        await contacts.UpsertContactsAsync(new V1.UpsertContactsRequest { Contacts = { visitor } }, all, cancellationToken: Cancel);
        Assert.Equal("ann@other.example", (await contacts.GetContactAsync(new V1.GetContactRequest { ContactId = "ann" }, all, cancellationToken: Cancel)).Contact.Email);
    }

    [Fact]
    public async Task UpsertAccounts_WhenTheKeyIsForPages_IsRefused()
    {
        var page = With(await _gateway.CreateKeyAsync(Pages));
        page.Add("origin", "https://a.example");
        var refused = await CallAssert.FailsAsync(StatusCode.PermissionDenied, async () => await new V1.AccountService.AccountServiceClient(_gateway.Channel)
            .UpsertAccountsAsync(new V1.UpsertAccountsRequest { Accounts = { new V1.AccountTraits { AccountId = "acme", Name = "Mine" } } }, page, cancellationToken: Cancel));
        FaultAssert.Because("PAGE_KEY_REFUSED", refused);
        Assert.Equal(0, _gateway.EntriesTaken);
    }

    [Fact]
    public async Task UpsertContacts_WhenTheKeyHasALimit_CountAsSignals()
    {
        var key = await _gateway.CreateKeyAsync(Plain with { SignalsPerSecond = 10 });
        var request = new V1.UpsertContactsRequest();
        for (var i = 0; i < 30; i++)
            request.Contacts.Add(new V1.ContactTraits { ContactId = $"c{i}" });
        await new V1.ContactService.ContactServiceClient(_gateway.Channel).UpsertContactsAsync(request, With(key), cancellationToken: Cancel);
        await CallAssert.FailsAsync(StatusCode.ResourceExhausted, () => RecordAsync(key, "b", 1));
    }

    [Fact]
    public async Task StreamSignals_WhenTheKeyHasHadItsSignals_IsHeldBack()
    {
        var key = await _gateway.CreateKeyAsync(Plain with { SignalsPerSecond = 10 });
        using var call = Ingest.StreamSignals(With(key), cancellationToken: Cancel);
        for (var batch = 1UL; batch <= 2; batch++)
            await call.RequestStream.WriteAsync(new V1.StreamSignalsRequest { Batch = batch, Signals = { Signals.Many(20, $"b{batch}-") } }, Cancel);
        Assert.True(await call.ResponseStream.MoveNext(Cancel));
        Assert.Equal((1UL, 20U), (call.ResponseStream.Current.Batch, call.ResponseStream.Current.Recorded));
        var second = call.ResponseStream.MoveNext(Cancel);
        await Task.Delay(TimeSpan.FromMilliseconds(300), Cancel);
        Assert.False(second.IsCompleted);
        Assert.Equal(20, _gateway.EntriesTaken);

        using (_gateway.LetTimePass())
            Assert.True(await second);
        Assert.Equal((2UL, 20U), (call.ResponseStream.Current.Batch, call.ResponseStream.Current.Recorded));
    }

    [Fact]
    public async Task StreamSignals_WhenTheKeyIsRevoked_EndsAsWithoutAKey()
    {
        var key = await _gateway.CreateKeyAsync(Plain);
        using var call = Ingest.StreamSignals(With(key), cancellationToken: Cancel);
        await call.RequestStream.WriteAsync(new V1.StreamSignalsRequest { Batch = 1, Signals = { Signals.Many(1) } }, Cancel);
        Assert.True(await call.ResponseStream.MoveNext(Cancel));
        await new KeyBook(_gateway.Registry, TimeProvider.System).RevokeAsync("000000000001", GatewayHost.Operator, Cancel);
        await _gateway.RefreshKeysAsync();
        var ended = await CallAssert.FailsAsync(StatusCode.Unauthenticated, () => call.ResponseStream.MoveNext(Cancel));
        FaultAssert.Because("KEY_REQUIRED", ended);
    }

    [Fact]
    public async Task StreamSignals_WhenTheFirstKeyIsMade_EndsForThoseWithoutOne()
    {
        using var call = Ingest.StreamSignals(cancellationToken: Cancel);
        await call.RequestStream.WriteAsync(new V1.StreamSignalsRequest { Batch = 1, Signals = { Signals.Many(1) } }, Cancel);
        Assert.True(await call.ResponseStream.MoveNext(Cancel));
        await _gateway.CreateKeyAsync(Plain);
        await CallAssert.FailsAsync(StatusCode.Unauthenticated, () => call.ResponseStream.MoveNext(Cancel));
    }

    [Fact]
    public async Task PublishModel_WhenDone_IsRecordedWithItsKey()
    {
        var key = await _gateway.CreateKeyAsync(Plain with { Name = "the publisher" });
        using (var call = new V1.ModelService.ModelServiceClient(_gateway.Channel).PublishModel(new V1.PublishModelRequest { Version = 1 }, With(key), cancellationToken: Cancel))
        {
            await foreach (var _ in call.ResponseStream.ReadAllAsync(Cancel))
                Assert.NotNull(_);
        }

        var listed = await new V1.AuditService.AuditServiceClient(_gateway.Channel)
            .ListAuditEntriesAsync(new V1.ListAuditEntriesRequest { PageSize = 1 }, With(key), cancellationToken: Cancel);
        var entry = Assert.Single(listed.Entries);
        Assert.Equal(("model.publish", "version 1", "the publisher", "000000000001", _gateway.Now), (entry.Action, entry.Target, entry.KeyName, entry.KeyId, entry.At));
        var rest = await new V1.AuditService.AuditServiceClient(_gateway.Channel)
            .ListAuditEntriesAsync(new V1.ListAuditEntriesRequest { PageToken = listed.NextPageToken }, With(key), cancellationToken: Cancel);
        Assert.Equal(("key.create", ""), (Assert.Single(rest.Entries).Action, rest.NextPageToken));
    }

    [Fact]
    public async Task ListAuditEntries_WhenTheTokenIsNone_IsRefused()
    {
        var refused = await CallAssert.FailsAsync(StatusCode.InvalidArgument, async () => await new V1.AuditService.AuditServiceClient(_gateway.Channel)
            .ListAuditEntriesAsync(new V1.ListAuditEntriesRequest { PageToken = "x" }, cancellationToken: Cancel));
        FaultAssert.Because("PAGE_TOKEN_INVALID", refused);
    }

    private async Task<V1.RecordSignalsResponse> RecordAsync(string key, string prefix, int count) =>
        await Ingest.RecordSignalsAsync(new V1.RecordSignalsRequest { Signals = { Signals.Many(count, prefix) } }, With(key), cancellationToken: Cancel);

    private static V1.ContactTraits Named(string id, params string[] aliases) => new() { ContactId = id, Aliases = { aliases } };

    private static Metadata With(string key) => new() { { "authorization", $"Bearer {key}" } };

    /// <summary>The beginning of a request whose rest never comes.</summary>
    private sealed class UnendingContent : HttpContent
    {
        public UnendingContent() => Headers.ContentType = new System.Net.Http.Headers.MediaTypeHeaderValue("application/grpc");

        protected override async Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context, CancellationToken cancellationToken)
        {
            await stream.WriteAsync(new byte[] { 0, 0, 0, 1, 0, 1, 2, 3 }, cancellationToken);
            await stream.FlushAsync(cancellationToken);
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }

        protected override Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context) =>
            SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
