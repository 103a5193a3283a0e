using Grpc.Core;
using LeadGrains.Gateway.Calls;
using LeadGrains.Gateway.Tests.Calls;
using LeadGrains.Gateway.Tests.Services;

namespace LeadGrains.Gateway.Tests.Exports;

public sealed class ExportServiceTests : IAsyncLifetime
{
    private GatewayHost _gateway = null!;
    private V1.ExportService.ExportServiceClient _exports = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _gateway = await GatewayHost.StartAsync();
        _exports = new V1.ExportService.ExportServiceClient(_gateway.Channel);
    }

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Fact]
    public async Task ExportContacts_WhileOthersCome_GivesEachThatWasThereOnce()
    {
        await SendAsync(0, 9_000);
        var given = new List<V1.Contact>();
        using var export = _exports.ExportContacts(new V1.ExportContactsRequest(), cancellationToken: Cancel);
        for (var more = 9_000; await export.ResponseStream.MoveNext(Cancel); more += 50)
        {
            given.AddRange(export.ResponseStream.Current.Contacts);
            await SendAsync(more, 50);
        }

        Assert.Equal(given.Count, given.Select(contact => contact.ContactId).Distinct().Count());
        Assert.Superset(Enumerable.Range(0, 9_000).Select(i => $"c{i}").ToHashSet(), given.Select(contact => contact.ContactId).ToHashSet());
        Assert.All(given, contact => Assert.True(contact is { SignalCount: > 0, Score.IntentPoints: > 0 }, $"{contact}"));
    }

    [Fact]
    public async Task ExportContacts_WhenResumed_GoesOnBehindTheToken()
    {
        await SendAsync(0, 3_000);
        V1.ExportContactsResponse first;
        using (var broken = _exports.ExportContacts(new V1.ExportContactsRequest(), cancellationToken: Cancel))
        {
            Assert.True(await broken.ResponseStream.MoveNext(Cancel));
            first = broken.ResponseStream.Current;
        }

        var given = first.Contacts.Select(contact => contact.ContactId).ToList();
        using var export = _exports.ExportContacts(new V1.ExportContactsRequest { ResumeToken = first.ResumeToken }, cancellationToken: Cancel);
        while (await export.ResponseStream.MoveNext(Cancel))
            given.AddRange(export.ResponseStream.Current.Contacts.Select(contact => contact.ContactId));
        Assert.Equal(Enumerable.Range(0, 3_000).Select(i => $"c{i}").Order(), given.Order());
    }

    [Fact]
    public async Task ExportContacts_WhenOneWasMerged_HasOnlyTheOther()
    {
        await SendAsync(0, 3);
        await new V1.ContactService.ContactServiceClient(_gateway.Channel).MergeContactsAsync(
            new V1.MergeContactsRequest { FromContactId = "c0", IntoContactId = "c1" }, cancellationToken: Cancel);

        using var export = _exports.ExportContacts(new V1.ExportContactsRequest(), cancellationToken: Cancel);
        var given = new List<string>();
        while (await export.ResponseStream.MoveNext(Cancel))
            given.AddRange(export.ResponseStream.Current.Contacts.Select(contact => contact.ContactId));
        Assert.Equal(["c1", "c2"], given.Order());
    }

    [Fact]
    public async Task ExportAccounts_WhenAsked_GivesEachOnce()
    {
        await SendAsync(0, 500);
        using var export = _exports.ExportAccounts(new V1.ExportAccountsRequest(), cancellationToken: Cancel);
        var given = new List<V1.Account>();
        while (await export.ResponseStream.MoveNext(Cancel))
            given.AddRange(export.ResponseStream.Current.Accounts);

        Assert.Equal(Enumerable.Range(0, 100).Select(i => $"a{i}").Order(), given.Select(account => account.AccountId).Order());
        Assert.All(given, account => Assert.Equal(5u, account.ContactCount));
    }

    [Fact]
    public async Task ExportSignals_WhenAsked_GivesThemAsTheyCameInTheirOrder()
    {
        await SendAsync(0, 1_200);
        await SendAsync(0, 1_200, "again");
        var given = await SignalsAsync(new V1.ExportSignalsRequest());

        Assert.Equal(2_400, given.Count);
        Assert.Equal(2_400, given.Select(signal => signal.EntryId).Distinct().Count());
        foreach (var contact in given.GroupBy(signal => signal.Signal.ContactId))
            Assert.Equal([$"first {contact.Key}", $"again {contact.Key}"], contact.Select(signal => signal.Signal.Id));
        Assert.All(given, signal => Assert.Equal(_gateway.Now, signal.ReceivedAt));
        Assert.Equal(["first c7", "again c7"], (await SignalsAsync(new V1.ExportSignalsRequest { ContactId = "c7" })).Select(signal => signal.Signal.Id));
        Assert.Empty(await SignalsAsync(new V1.ExportSignalsRequest { ContactId = "nobody" }));
    }

    [Fact]
    public async Task ExportSignals_WhenResumed_GoesOnBehindTheToken()
    {
        await SendAsync(0, 3_000);
        List<string> given = [];
        var token = "";
        using (var broken = _exports.ExportSignals(new V1.ExportSignalsRequest(), cancellationToken: Cancel))
        {
            Assert.True(await broken.ResponseStream.MoveNext(Cancel));
            given.AddRange(broken.ResponseStream.Current.Signals.Select(signal => signal.Signal.Id));
            token = broken.ResponseStream.Current.ResumeToken;
            Assert.InRange(broken.ResponseStream.Current.Progress, 0.01, 0.99);
        }

        given.AddRange((await SignalsAsync(new V1.ExportSignalsRequest { ResumeToken = token })).Select(signal => signal.Signal.Id));
        Assert.Equal(Enumerable.Range(0, 3_000).Select(i => $"first c{i}").Order(), given.Order());
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("1.x.")]
    [InlineData("2.0.")]
    [InlineData("1.0.*")]
    public async Task Export_WhenTheTokenIsNone_IsRefused(string token)
    {
        using var export = _exports.ExportContacts(new V1.ExportContactsRequest { ResumeToken = token }, cancellationToken: Cancel);
        var fault = await Assert.ThrowsAsync<RpcException>(() => export.ResponseStream.MoveNext(Cancel));
        FaultAssert.Because(FaultReasons.ResumeTokenInvalid, fault);
    }

    private async Task<List<V1.ExportedSignal>> SignalsAsync(V1.ExportSignalsRequest request)
    {
        var given = new List<V1.ExportedSignal>();
        using var export = _exports.ExportSignals(request, cancellationToken: Cancel);
        while (await export.ResponseStream.MoveNext(Cancel))
            given.AddRange(export.ResponseStream.Current.Signals);
        return given;
    }

    private async Task SendAsync(int first, int count, string name = "first")
    {
        foreach (var some in Enumerable.Range(first, count).Chunk(1_000))
        {
            var request = new V1.RecordSignalsRequest { AckLevel = V1.AckLevel.Ranked };
            request.Signals.AddRange(some.Select(i => new V1.Signal { Id = $"{name} c{i}", Type = "visit", ContactId = $"c{i}", AccountId = $"a{i % 100}" }));
            await new V1.IngestService.IngestServiceClient(_gateway.Channel).RecordSignalsAsync(request, cancellationToken: Cancel);
        }
    }
}
