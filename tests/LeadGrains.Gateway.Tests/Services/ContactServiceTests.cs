using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using LeadGrains.Gateway.Tests.Calls;

namespace LeadGrains.Gateway.Tests.Services;

public sealed class ContactServiceTests : IAsyncLifetime
{
    private GatewayHost _gateway = null!;
    private V1.ContactService.ContactServiceClient _contacts = null!;
    private V1.IngestService.IngestServiceClient _ingest = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _gateway = await GatewayHost.StartAsync();
        _contacts = new V1.ContactService.ContactServiceClient(_gateway.Channel);
        _ingest = new V1.IngestService.IngestServiceClient(_gateway.Channel);
    }

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Fact]
    public async Task UpsertContacts_WhenNew_IsGivenBackByGetContact()
    {
        var traits = new Struct
        {
            Fields =
            {
                ["title"] = Value.ForString("Head of Growth"),
                ["reports"] = Value.ForNumber(12),
                ["speaker"] = Value.ForBool(true),
                ["tools"] = Value.ForList(Value.ForString("crm"), Value.ForNumber(2.5)),
            },
        };

        var response = await UpsertAsync(new V1.ContactTraits { ContactId = "ada", Email = "Ada@Acme.com", Traits = traits });
        var ada = await GetAsync("ada");

        Assert.Equal(new V1.UpsertContactsResponse { Recorded = 1 }, response);
        Assert.Equal(("ada", "Ada@Acme.com", "acme.com", "domain"), (ada.ContactId, ada.Email, ada.AccountId, ada.AccountMatch));
        Assert.Equal((0.9, "e-mail domain acme.com"), (ada.AccountMatchConfidence, ada.AccountMatchReason));
        Assert.Equal(traits, ada.Traits);
        Assert.Equal((60, 0, 30, "B4"), (ada.Score.Fit, ada.Score.Intent, ada.Score.Total, ada.Score.Grade));
        Assert.Equal((_gateway.Now, GatewayHost.ModelVersion), (ada.Score.AsOf, ada.Score.ModelVersion));
        Assert.Null(ada.LastSignalAt);
    }

    [Fact]
    public async Task UpsertContacts_WhenAnOlderOneComesLate_WhatIsNewerStays()
    {
        var now = _gateway.Clock;
        await UpsertAsync(Titled("VP", now.AddMinutes(-1)));

        await UpsertAsync(Titled("Clerk", now.AddMinutes(-2)));

        Assert.Equal("VP", (await GetAsync("ada")).Traits.Fields["title"].StringValue);
        var refused = await UpsertAsync(new V1.ContactTraits { ContactId = "ada", AsOf = new Timestamp { Nanos = -1 } });
        Assert.Equal("as_of", Assert.Single(refused.Rejections).Field);
    }

    private static V1.ContactTraits Titled(string title, DateTimeOffset asOf) => new()
    {
        ContactId = "ada",
        AsOf = Timestamp.FromDateTimeOffset(asOf),
        Traits = new Struct { Fields = { ["title"] = Value.ForString(title) } },
    };

    [Fact]
    public async Task UpsertContacts_WhenKnown_MergesTraitsAndRemovesThoseThatAreNull()
    {
        await UpsertAsync(new V1.ContactTraits
        {
            ContactId = "ada",
            Email = "ada@acme.com",
            AccountId = "acme",
            Traits = new Struct { Fields = { ["title"] = Value.ForString("Head"), ["region"] = Value.ForString("EMEA") } },
        });

        await UpsertAsync(new V1.ContactTraits
        {
            ContactId = "ada",
            Traits = new Struct { Fields = { ["title"] = Value.ForNull(), ["team"] = Value.ForString("growth") } },
        });
        var ada = await GetAsync("ada");

        Assert.Equal(("ada@acme.com", "acme", "explicit"), (ada.Email, ada.AccountId, ada.AccountMatch));
        Assert.Equal(new Struct { Fields = { ["region"] = Value.ForString("EMEA"), ["team"] = Value.ForString("growth") } }, ada.Traits);
        Assert.Equal(0, ada.Score.Fit);
    }

    [Fact]
    public async Task UpsertContacts_WhenItemsAreBad_RejectsThemAndRecordsTheOthers()
    {
        var bad = BadItems().ToList();
        var request = new V1.UpsertContactsRequest { Contacts = { new V1.ContactTraits { ContactId = "first" } } };
        request.Contacts.AddRange(bad.Select(item => item.Item));
        request.Contacts.Add(new V1.ContactTraits { ContactId = "last" });

        var response = await _contacts.UpsertContactsAsync(request, cancellationToken: Cancel);

        Assert.Equal(2U, response.Recorded);
        Assert.Equal(
            bad.Select((item, index) => ((uint)index + 1, item.Reason, item.Field)),
            response.Rejections.Select(rejection => (rejection.Index, rejection.Reason, rejection.Field)));
        Assert.All(response.Rejections, rejection => Assert.NotEmpty(rejection.Message));
        Assert.Equal("last", (await GetAsync("last")).ContactId);
    }

    [Theory]
    [InlineData(1_000)]
    [InlineData(0)]
    public async Task UpsertContacts_WhenAtTheLimit_RecordsAll(int count) =>
        Assert.Equal((uint)count, (await _contacts.UpsertContactsAsync(Numbered(count), cancellationToken: Cancel)).Recorded);

    [Fact]
    public async Task UpsertContacts_WhenBeyondTheLimit_RecordsNothing()
    {
        await CallAssert.InvalidAsync("contacts", async () => await _contacts.UpsertContactsAsync(Numbered(1_001), cancellationToken: Cancel));

        Assert.Equal(0, _gateway.EntriesTaken);
    }

    [Fact]
    public async Task UpsertContacts_WhenTheAckLevelIsUnknown_IsInvalid() =>
        await CallAssert.InvalidAsync("ack_level", async () =>
            await _contacts.UpsertContactsAsync(new V1.UpsertContactsRequest { AckLevel = (V1.AckLevel)3 }, cancellationToken: Cancel));

    [Fact]
    public async Task GetContact_WhenItHasSignals_TellsItsScore()
    {
        await RecordAsync(Signals.Of("ada", "1", "demo").At(_gateway.Clock.AddDays(-10)), Signals.Of("ada", "2"));

        var ada = await GetAsync("ada");

        Assert.Equal((2UL, _gateway.Now), (ada.SignalCount, ada.LastSignalAt));
        Assert.Equal(60, ada.Score.IntentPoints, 9);
        Assert.Equal(100 * (1 - Math.Pow(2, -0.6)), ada.Score.Intent, 9);
        Assert.Equal("nurture", ada.Score.Stage);
        Assert.Equal(-90, ada.Score.Velocity, 9);
    }

    [Fact]
    public async Task GetContact_WhenNotKnown_IsNotFound() =>
        await CallAssert.FailsAsync(StatusCode.NotFound, () => GetAsync("nobody"));

    [Fact]
    public async Task GetContact_WhenTheIdCannotBeOne_IsInvalid()
    {
        await CallAssert.InvalidAsync("contact_id", () => GetAsync(""));
        await CallAssert.InvalidAsync("contact_id", () => GetAsync(new string('x', 129)));
    }

    [Fact]
    public async Task ExplainContact_WhenNow_HasPartsThatSumToTheScore()
    {
        await UpsertAsync(new V1.ContactTraits { ContactId = "ada", Traits = new Struct { Fields = { ["title"] = Value.ForString("Head") } } });
        await RecordAsync(Signals.Of("ada", "1", "demo"), Signals.Of("ada", "2"), Signals.Of("ada", "3"));

        var explained = await _contacts.ExplainContactAsync(new V1.ExplainContactRequest { ContactId = "ada" }, cancellationToken: Cancel);

        Assert.Equal(120, explained.Contact.Score.IntentPoints, 9);
        Assert.Equal(
            [("demo", "web", 100, 1U), ("senior", "", 60, 0U), ("visit", "web", 20, 2U)],
            explained.Parts.Select(part => (part.Rule, part.Group, Math.Round(part.Points, 9), part.Count)).OrderBy(part => part.Rule, StringComparer.Ordinal));
        Assert.Equal(_gateway.Now, explained.Parts.Single(part => part.Rule == "visit").LastOccurredAt);
        Assert.Equal(V1.Dimension.Fit, explained.Parts.Single(part => part.Rule == "senior").Dimension);
    }

    [Fact]
    public async Task ExplainContact_WhenLater_Forecasts()
    {
        await RecordAsync(Signals.Of("ada", "1", "demo"));
        var later = Timestamp.FromDateTimeOffset(_gateway.Clock.AddDays(20));

        var explained = await _contacts.ExplainContactAsync(new V1.ExplainContactRequest { ContactId = "ada", AsOf = later }, cancellationToken: Cancel);

        Assert.Equal(later, explained.Contact.Score.AsOf);
        Assert.Equal(25, explained.Contact.Score.IntentPoints, 9);
    }

    [Fact]
    public async Task ExplainContact_WhenNotKnownThen_IsNotFound()
    {
        await RecordAsync(Signals.Of("ada", "1", "demo"));
        var earlier = Timestamp.FromDateTimeOffset(_gateway.Clock.AddSeconds(-1));

        await CallAssert.FailsAsync(StatusCode.NotFound, async () =>
            await _contacts.ExplainContactAsync(new V1.ExplainContactRequest { ContactId = "ada", AsOf = earlier }, cancellationToken: Cancel));
    }

    [Fact]
    public async Task ExplainContact_WhenAsOfIsNoInstant_IsInvalid() =>
        await CallAssert.InvalidAsync("as_of", async () =>
            await _contacts.ExplainContactAsync(new V1.ExplainContactRequest { ContactId = "ada", AsOf = new Timestamp { Nanos = -1 } }, cancellationToken: Cancel));

    [Fact]
    public async Task ListSignals_WhenThereAreSome_ListsThemNewestFirst()
    {
        await RecordAsync(Signals.Of("ada", "1", "demo"));
        await RecordAsync(Signals.Of("ada", "2", "never_heard_of"));

        var first = await _contacts.ListSignalsAsync(new V1.ListSignalsRequest { ContactId = "ada", PageSize = 1 }, cancellationToken: Cancel);
        var second = await _contacts.ListSignalsAsync(
            new V1.ListSignalsRequest { ContactId = "ada", PageSize = 1, PageToken = first.NextPageToken }, cancellationToken: Cancel);

        var newest = Assert.Single(first.Signals);
        Assert.Equal(("2", V1.SignalOutcome.NoRule), (newest.Signal.Id, newest.Outcome));
        var oldest = Assert.Single(second.Signals);
        Assert.Equal(("1", V1.SignalOutcome.Counted, ""), (oldest.Signal.Id, oldest.Outcome, oldest.Reason));
        Assert.NotEmpty(oldest.Rules);
        Assert.Equal("", second.NextPageToken);
    }

    [Fact]
    public async Task ListSignals_WhenTheRequestIsWrong_SaysWhere()
    {
        await CallAssert.InvalidAsync("contact_id", async () => await _contacts.ListSignalsAsync(new V1.ListSignalsRequest(), cancellationToken: Cancel));
        await CallAssert.InvalidAsync("page_size", async () => await _contacts.ListSignalsAsync(new V1.ListSignalsRequest { ContactId = "ada", PageSize = 1_001 }, cancellationToken: Cancel));
        await RecordAsync(Signals.Of("ada", "1", "demo"));
        await CallAssert.FailsAsync(StatusCode.InvalidArgument, async () => await _contacts.ListSignalsAsync(new V1.ListSignalsRequest { ContactId = "ada", PageToken = "?" }, cancellationToken: Cancel));
        await CallAssert.FailsAsync(StatusCode.NotFound, async () => await _contacts.ListSignalsAsync(new V1.ListSignalsRequest { ContactId = "nobody" }, cancellationToken: Cancel));
    }

    [Fact]
    public async Task ExplainContact_WhenTheModelIsNone_IsInvalid() =>
        await CallAssert.InvalidAsync("model", async () =>
            await _contacts.ExplainContactAsync(new V1.ExplainContactRequest { ContactId = "ada", Model = (V1.ExplainedModel)7 }, cancellationToken: Cancel));

    [Fact]
    public async Task ExplainContact_WhenNotKnown_IsNotFound() =>
        await CallAssert.FailsAsync(StatusCode.NotFound, async () =>
            await _contacts.ExplainContactAsync(new V1.ExplainContactRequest { ContactId = "nobody" }, cancellationToken: Cancel));

    [Fact]
    public async Task MergeContacts_WhenBothAreKnown_AnswersTheOneThatStays()
    {
        await RecordAsync(Signals.Of("cookie", "1", "demo"), Signals.Of("ada", "2"));

        var ada = await MergeAsync("cookie", "ada");

        Assert.Equal(("ada", 2UL), (ada.ContactId, ada.SignalCount));
        Assert.Equal(["cookie"], ada.MergedContactIds);
        Assert.Equal(ada, await GetAsync("cookie"));
        Assert.Equal(ada, await MergeAsync("cookie", "ada"));
        var explained = await _contacts.ExplainContactAsync(new V1.ExplainContactRequest { ContactId = "cookie" }, cancellationToken: Cancel);
        Assert.Equal(ada, explained.Contact);
    }

    [Fact]
    public async Task MergeContacts_WhenDone_SaysWhatItDid()
    {
        await RecordAsync(Signals.Of("cookie", "1", "demo"), Signals.Of("cookie", "2"), Signals.Of("ada", "3"));

        Assert.Equal((V1.MergeOutcome.Merged, 2UL), await ResultAsync("cookie", "ada"));
        Assert.Equal((V1.MergeOutcome.Nothing, 0UL), await ResultAsync("cookie", "ada"));
        Assert.Equal((V1.MergeOutcome.IdLeads, 0UL), await ResultAsync("mistyped", "ada"));

        async Task<(V1.MergeOutcome Outcome, ulong Moved)> ResultAsync(string from, string into)
        {
            var request = new V1.MergeContactsRequest { FromContactId = from, IntoContactId = into };
            var answer = await _contacts.MergeContactsAsync(request, cancellationToken: Cancel);
            return (answer.Outcome, answer.MovedSignals);
        }
    }

    [Fact]
    public async Task ExplainContact_WhenItWasNotKnownThen_SaysSo()
    {
        await RecordAsync(Signals.Of("ada", "1"));
        var request = new V1.ExplainContactRequest { ContactId = "ada", AsOf = new Timestamp { Seconds = 1_000_000_000 } };

        var then = await CallAssert.FailsAsync(StatusCode.NotFound, async () => await _contacts.ExplainContactAsync(request, cancellationToken: Cancel));
        request.ContactId = "nobody";
        var never = await CallAssert.FailsAsync(StatusCode.NotFound, async () => await _contacts.ExplainContactAsync(request, cancellationToken: Cancel));

        Assert.Equal("There was no contact 'ada' at 2001-09-09T01:46:40Z: nothing of it had been received by then.", then.Status.Detail);
        Assert.Equal("There is no contact 'nobody'.", never.Status.Detail);
        FaultAssert.Because("CONTACT_NOT_FOUND", then, ("contact_id", "ada"));
    }

    [Fact]
    public async Task MergeContacts_WhenThereIsNothingToMergeInto_IsNotFound()
    {
        var fault = await CallAssert.FailsAsync(StatusCode.NotFound, () => MergeAsync("cookie", "nobody"));

        FaultAssert.Because("CONTACT_NOT_FOUND", fault, ("contact_id", "nobody"));
    }

    [Theory]
    [InlineData("", "b", "from_contact_id")]
    [InlineData("a", "", "into_contact_id")]
    [InlineData("a", "a", "into_contact_id")]
    public async Task MergeContacts_WhenAnIdIsWrong_IsInvalid(string from, string into, string field) =>
        await CallAssert.InvalidAsync(field, () => MergeAsync(from, into));

    [Fact]
    public async Task UpsertContacts_WhenItNamesAliases_TheyLeadToTheContact()
    {
        await RecordAsync(Signals.Of("cookie", "1", "demo"));

        await UpsertAsync(new V1.ContactTraits { ContactId = "ada", Aliases = { "cookie", "ada@acme.com", "ada" } });

        Assert.Equal(["cookie", "ada@acme.com"], (await GetAsync("ada@acme.com")).MergedContactIds);
        Assert.Equal(1UL, (await GetAsync("ada")).SignalCount);
    }

    private static IEnumerable<(V1.ContactTraits Item, V1.RejectionReason Reason, string Field)> BadItems()
    {
        yield return (new V1.ContactTraits(), V1.RejectionReason.MissingField, "contact_id");
        yield return (new V1.ContactTraits { ContactId = new string('x', 129) }, V1.RejectionReason.TooLong, "contact_id");
        yield return (new V1.ContactTraits { ContactId = "a\0b" }, V1.RejectionReason.InvalidValue, "contact_id");
        yield return (new V1.ContactTraits { ContactId = "b", Email = "no address" }, V1.RejectionReason.InvalidValue, "email");
        yield return (new V1.ContactTraits { ContactId = "b", Email = new string('x', 315) + "@acme.com" }, V1.RejectionReason.TooLong, "email");
        yield return (new V1.ContactTraits { ContactId = "b", AccountId = new string('x', 129) }, V1.RejectionReason.TooLong, "account_id");
        yield return (WithTrait("address", Value.ForStruct(new Struct())), V1.RejectionReason.InvalidValue, "traits.address");
        yield return (WithTrait("score", Value.ForNumber(double.NaN)), V1.RejectionReason.InvalidValue, "traits.score");
        yield return (WithTrait("note", Value.ForString(new string('x', 1_024))), V1.RejectionReason.TooLong, "traits.note");
        yield return (WithTrait("", Value.ForBool(true)), V1.RejectionReason.InvalidValue, "traits");
        yield return (new V1.ContactTraits { ContactId = "b", Aliases = { "c", "" } }, V1.RejectionReason.MissingField, "aliases");
        yield return (new V1.ContactTraits { ContactId = "b", Aliases = { new string('x', 129) } }, V1.RejectionReason.TooLong, "aliases");
        yield return (new V1.ContactTraits { ContactId = "b", Aliases = { Enumerable.Repeat("c", 17) } }, V1.RejectionReason.TooLong, "aliases");
    }

    private static V1.ContactTraits WithTrait(string name, Value value) =>
        new() { ContactId = "b", Traits = new Struct { Fields = { [name] = value } } };

    private static V1.UpsertContactsRequest Numbered(int count)
    {
        var ids = Enumerable.Range(0, count).Select(number => number.ToString(CultureInfo.InvariantCulture));
        return new V1.UpsertContactsRequest { Contacts = { ids.Select(id => new V1.ContactTraits { ContactId = id }) } };
    }

    private async Task<V1.UpsertContactsResponse> UpsertAsync(V1.ContactTraits item) =>
        await _contacts.UpsertContactsAsync(new V1.UpsertContactsRequest { Contacts = { item } }, cancellationToken: Cancel);

    private async Task<V1.Contact> MergeAsync(string from, string into) =>
        (await _contacts.MergeContactsAsync(new V1.MergeContactsRequest { FromContactId = from, IntoContactId = into }, cancellationToken: Cancel)).Contact;

    private async Task<V1.Contact> GetAsync(string id) =>
        (await _contacts.GetContactAsync(new V1.GetContactRequest { ContactId = id }, cancellationToken: Cancel)).Contact;

    private async Task RecordAsync(params IEnumerable<V1.Signal> signals) =>
        await _ingest.RecordSignalsAsync(new V1.RecordSignalsRequest { Signals = { signals } }, cancellationToken: Cancel);
}
