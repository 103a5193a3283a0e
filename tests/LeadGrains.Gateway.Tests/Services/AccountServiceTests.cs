using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using LeadGrains.Grains;

namespace LeadGrains.Gateway.Tests.Services;

public sealed class AccountServiceTests : IAsyncLifetime
{
    private GatewayHost _gateway = null!;
    private V1.AccountService.AccountServiceClient _accounts = null!;
    private V1.IngestService.IngestServiceClient _ingest = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _gateway = await GatewayHost.StartAsync();
        _accounts = new V1.AccountService.AccountServiceClient(_gateway.Channel);
        _ingest = new V1.IngestService.IngestServiceClient(_gateway.Channel);
    }

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Fact]
    public async Task UpsertAccounts_WhenNew_IsGivenBackByGetAccount()
    {
        var traits = new Struct { Fields = { ["employees"] = Value.ForNumber(400) } };

        var response = await UpsertAsync(new V1.AccountTraits
        {
            AccountId = "acme",
            Name = "Acme, Inc.",
            Domains = { "ACME.com", "acme.co.uk", "acme.com" },
            CompanyNames = { "Acme Tools Ltd." },
            Traits = traits,
        });
        var acme = await GetAsync("acme");

        Assert.Equal(new V1.UpsertAccountsResponse { Recorded = 1 }, response);
        Assert.Equal(("acme", "Acme, Inc."), (acme.AccountId, acme.Name));
        Assert.Equal(["acme.co.uk", "acme.com"], acme.Domains.Order(StringComparer.Ordinal));
        Assert.Equal(["Acme Tools Ltd."], acme.CompanyNames);
        Assert.Equal(traits, acme.Traits);
        Assert.Equal(50, acme.Score.Fit);
    }

    [Fact]
    public async Task GetAccount_WhenTheModelNamesABuyingGroup_SaysWhoFillsIt()
    {
        var contacts = new V1.ContactService.ContactServiceClient(_gateway.Channel);
        var traits = new Struct { Fields = { ["title"] = Value.ForString("Head of IT") } };
        var upsert = new V1.UpsertContactsRequest { AckLevel = V1.AckLevel.Ranked };
        upsert.Contacts.Add(new V1.ContactTraits { ContactId = "head", AccountId = "acme", Traits = traits });
        upsert.Contacts.Add(new V1.ContactTraits { ContactId = "poet", AccountId = "acme" });
        await contacts.UpsertContactsAsync(upsert, cancellationToken: Cancel);
        await RecordAsync(Signals.Of("head", "1"));

        var group = (await GetAsync("acme")).BuyingGroup;
        var head = await contacts.GetContactAsync(new V1.GetContactRequest { ContactId = "head" }, cancellationToken: Cancel);

        var expected = new V1.BuyingGroup { Covered = 1, Missing = { "user" } };
        expected.Roles.Add(new V1.BuyingRole { Role = "user" });
        expected.Roles.Add(new V1.BuyingRole { Role = "boss", Contacts = 1, Engaged = 1 });
        Assert.Equal(expected, group);
        Assert.Equal("boss", head.Contact.Role);
    }

    [Fact]
    public async Task UpsertAccounts_WhenOneIsPartOfAnother_SaysSoUntilItIsTakenAway()
    {
        await UpsertAsync(new V1.AccountTraits { AccountId = "child", ParentAccountId = "group" });
        Assert.Equal("group", (await GetAsync("child")).ParentAccountId);
        await UpsertAsync(new V1.AccountTraits { AccountId = "child", Name = "Child" });
        Assert.Equal("group", (await GetAsync("child")).ParentAccountId);

        await UpsertAsync(new V1.AccountTraits { AccountId = "child", ParentAccountId = "-" });

        Assert.Equal("", (await GetAsync("child")).ParentAccountId);
    }

    [Fact]
    public async Task UpsertAccounts_WhenItemsAreBad_RejectsThemAndRecordsTheOthers()
    {
        var bad = BadItems().ToList();
        var request = new V1.UpsertAccountsRequest { Accounts = { new V1.AccountTraits { AccountId = "first" } } };
        request.Accounts.AddRange(bad.Select(item => item.Item));
        request.Accounts.Add(new V1.AccountTraits { AccountId = "last" });

        var response = await _accounts.UpsertAccountsAsync(request, cancellationToken: Cancel);

        Assert.Equal(2U, response.Recorded);
        Assert.Equal(
            bad.Select((item, index) => ((uint)index + 1, item.Reason, item.Field)),
            response.Rejections.Select(rejection => (rejection.Index, rejection.Reason, rejection.Field)));
        Assert.Equal("last", (await GetAsync("last")).AccountId);
    }

    [Fact]
    public async Task UpsertAccounts_WhenAnotherHoldsTheDomain_RejectsTheItem()
    {
        await UpsertAsync(new V1.AccountTraits { AccountId = "acme", Domains = { "acme.com" } });

        var response = await _accounts.UpsertAccountsAsync(
            new V1.UpsertAccountsRequest
            {
                Accounts =
                {
                    new V1.AccountTraits { Name = "without an id" },
                    new V1.AccountTraits { AccountId = "other", Domains = { "acme.com" } },
                    new V1.AccountTraits { AccountId = "third" },
                },
            },
            cancellationToken: Cancel);

        Assert.Equal(1U, response.Recorded);
        Assert.Equal(
            [(0U, V1.RejectionReason.MissingField, "account_id"), (1U, V1.RejectionReason.InvalidValue, "domains")],
            response.Rejections.Select(rejection => (rejection.Index, rejection.Reason, rejection.Field)));
        await CallAssert.FailsAsync(StatusCode.NotFound, () => GetAsync("other"));
    }

    [Theory]
    [InlineData(1_000)]
    [InlineData(0)]
    public async Task UpsertAccounts_WhenAtTheLimit_RecordsAll(int count) =>
        Assert.Equal((uint)count, (await _accounts.UpsertAccountsAsync(Numbered(count), cancellationToken: Cancel)).Recorded);

    [Fact]
    public async Task UpsertAccounts_WhenBeyondTheLimit_RecordsNothing()
    {
        await CallAssert.InvalidAsync("accounts", async () => await _accounts.UpsertAccountsAsync(Numbered(1_001), cancellationToken: Cancel));

        Assert.Equal(0, _gateway.EntriesTaken);
    }

    [Fact]
    public async Task GetAccount_WhenContactsRollUp_TellsItsScore()
    {
        await RecordAsync(Signals.Of("ada", "1", "demo").In("acme"), Signals.Of("bob", "1").In("acme"), Signals.Of("eve", "1", "sneezed").In("acme"));

        var acme = await GetAsync("acme");

        Assert.Equal((3U, 2.0), (acme.ContactCount, Math.Round(acme.EngagedContacts, 9)));
        Assert.Equal(110 * 1.25, acme.Score.IntentPoints, 9);
        Assert.Equal(_gateway.Now, acme.LastSignalAt);
    }

    [Fact]
    public async Task GetAccount_WhenNotKnown_IsNotFound() =>
        await CallAssert.FailsAsync(StatusCode.NotFound, () => GetAsync("nobody"));

    [Fact]
    public async Task GetAccount_WhenTheIdIsEmpty_IsInvalid() => await CallAssert.InvalidAsync("account_id", () => GetAsync(""));

    [Fact]
    public async Task ExplainAccount_WhenNow_NamesTheContactsBehindIt()
    {
        await RecordAsync(Signals.Of("ada", "1", "demo").In("acme"), Signals.Of("bob", "1").In("acme"));

        var explained = await _accounts.ExplainAccountAsync(new V1.ExplainAccountRequest { AccountId = "acme" }, cancellationToken: Cancel);

        Assert.Equal(
            [("breadth", "", 27.5), ("demo", "ada", 100), ("visit", "bob", 10)],
            explained.Parts.Select(part => (part.Rule, part.ContactId, Math.Round(part.Points, 9))).OrderBy(part => part.Rule, StringComparer.Ordinal));
        Assert.Equal(explained.Account.Score.IntentPoints, explained.Parts.Sum(part => part.Points), 9);
    }

    // More than are told one by one, each with the longest id; the smallest come together in one part.
    [Fact]
    public async Task ExplainAccount_WhenThereAreMoreContactsThanParts_StaysFarBelowTheLargestMessage()
    {
        var ids = Enumerable.Range(0, 1_500).Select(number => $"{number}".PadLeft(Limits.GrainIdBytes, 'c')).ToList();
        await RecordAsync(ids.Select((id, number) => Signals.Of(id, "1", number < 20 ? "visit" : "demo").In("acme")));

        var explained = await ExplainAsync("acme", asOf: null);

        Assert.Equal(1_000, explained.Parts.Count);
        Assert.InRange(explained.CalculateSize(), 998 * Limits.GrainIdBytes, Limits.MessageBytes / 8);
        Assert.Equal(explained.Account.Score.IntentPoints, explained.Parts.Sum(part => part.Points), 1e-6);
        Assert.Equal((await GetAsync("acme")).Score.IntentPoints, explained.Account.Score.IntentPoints, 1e-6);
        Assert.Equal(998, explained.Parts.Count(part => part.Rule == "demo"));
    }

    [Fact]
    public async Task ExplainAccount_WhenLater_Forecasts()
    {
        await RecordAsync(Signals.Of("ada", "1", "demo").In("acme"));
        var later = Timestamp.FromDateTimeOffset(_gateway.Clock.AddDays(10));

        var explained = await _accounts.ExplainAccountAsync(new V1.ExplainAccountRequest { AccountId = "acme", AsOf = later }, cancellationToken: Cancel);

        Assert.Equal((later, 50), (explained.Account.Score.AsOf, Math.Round(explained.Account.Score.IntentPoints, 9)));
    }

    [Fact]
    public async Task ExplainAccount_WhenItCannotBeExplained_SaysWhy()
    {
        await RecordAsync(Signals.Of("ada", "1", "demo").In("acme"));
        var earlier = Timestamp.FromDateTimeOffset(_gateway.Clock.AddDays(-1));

        var then = await CallAssert.FailsAsync(StatusCode.NotFound, () => ExplainAsync("acme", earlier));
        Assert.StartsWith("There was no account 'acme' at ", then.Status.Detail, StringComparison.Ordinal);
        await CallAssert.FailsAsync(StatusCode.NotFound, () => ExplainAsync("nobody", asOf: null));
        await CallAssert.InvalidAsync("account_id", () => ExplainAsync("", asOf: null));
        await CallAssert.InvalidAsync("as_of", () => ExplainAsync("acme", new Timestamp { Seconds = long.MaxValue }));
    }

    [Fact]
    public async Task ListAccountContacts_WhenPaged_ListsEachOnceBestFirst()
    {
        await RecordAsync(from contact in Enumerable.Range(1, 5) from visit in Enumerable.Range(1, contact) select Signals.Of($"c{contact}", $"{visit}").In("acme"));

        var listed = new List<V1.AccountContact>();
        var token = "";
        do
        {
            var page = await ListAsync("acme", pageSize: 2, token);
            Assert.InRange(page.Contacts.Count, 1, 2);
            listed.AddRange(page.Contacts);
            token = page.NextPageToken;
        }
        while (token.Length > 0);

        Assert.Equal(["c5", "c4", "c3", "c2", "c1"], listed.Select(contact => contact.ContactId));
        Assert.Equal([50.0, 40, 30, 20, 10], listed.Select(contact => Math.Round(contact.ContributedPoints, 9)));
        Assert.All(listed, contact => Assert.Equal(_gateway.Now, contact.LastSignalAt));
        Assert.Equal(50, listed[0].Score.IntentPoints, 9);
    }

    [Fact]
    public async Task ListAccountContacts_WhenTheRequestIsWrong_NamesTheField()
    {
        await RecordAsync(Signals.Of("ada", "1").In("acme"));

        await CallAssert.InvalidAsync("account_id", () => ListAsync("", 0, ""));
        await CallAssert.InvalidAsync("page_size", () => ListAsync("acme", -1, ""));
        await CallAssert.InvalidAsync("page_size", () => ListAsync("acme", 1_001, ""));
        await CallAssert.InvalidAsync("page_token", () => ListAsync("acme", 1, new string('x', 1_025)));
        await CallAssert.FailsAsync(StatusCode.InvalidArgument, () => ListAsync("acme", 1, "made up"));
        await CallAssert.FailsAsync(StatusCode.NotFound, () => ListAsync("nobody", 1_000, ""));
    }

    private static IEnumerable<(V1.AccountTraits Item, V1.RejectionReason Reason, string Field)> BadItems()
    {
        yield return (new V1.AccountTraits(), V1.RejectionReason.MissingField, "account_id");
        yield return (new V1.AccountTraits { AccountId = new string('x', 129) }, V1.RejectionReason.TooLong, "account_id");
        yield return (new V1.AccountTraits { AccountId = "b", Name = new string('x', 257) }, V1.RejectionReason.TooLong, "name");
        yield return (new V1.AccountTraits { AccountId = "b", ParentAccountId = "b" }, V1.RejectionReason.InvalidValue, "parent_account_id");
        yield return (new V1.AccountTraits { AccountId = "b", ParentAccountId = new string('x', 129) }, V1.RejectionReason.TooLong, "parent_account_id");
        yield return (new V1.AccountTraits { AccountId = "b", Name = "a\uFFFDb" }, V1.RejectionReason.InvalidValue, "name");
        foreach (var domain in new[] { "", "acme", "co.uk", "www.acme.com", "acme..com", "gmail.com" })
            yield return (new V1.AccountTraits { AccountId = "b", Domains = { domain } }, V1.RejectionReason.InvalidValue, "domains");
        yield return (new V1.AccountTraits { AccountId = "b", Domains = { new string('x', 250) + ".com" } }, V1.RejectionReason.TooLong, "domains");
        yield return (
            new V1.AccountTraits { AccountId = "b", Domains = { Enumerable.Range(0, 1_001).Select(number => $"a{number}.com") } },
            V1.RejectionReason.TooLong, "domains");
        yield return (new V1.AccountTraits { AccountId = "b", CompanyNames = { new string('x', 257) } }, V1.RejectionReason.TooLong, "company_names");
        yield return (new V1.AccountTraits { AccountId = "b", CompanyNames = { "Acme", "-" } }, V1.RejectionReason.InvalidValue, "company_names");
        yield return (
            new V1.AccountTraits { AccountId = "b", CompanyNames = { Enumerable.Range(0, 65).Select(number => $"a{number}") } },
            V1.RejectionReason.TooLong, "company_names");
        yield return (
            new V1.AccountTraits { AccountId = "b", Traits = new Struct { Fields = { ["address"] = Value.ForStruct(new Struct()) } } },
            V1.RejectionReason.InvalidValue, "traits.address");
    }

    private static V1.UpsertAccountsRequest Numbered(int count)
    {
        var ids = Enumerable.Range(0, count).Select(number => number.ToString(CultureInfo.InvariantCulture));
        return new V1.UpsertAccountsRequest { Accounts = { ids.Select(id => new V1.AccountTraits { AccountId = id }) } };
    }

    private async Task<V1.UpsertAccountsResponse> UpsertAsync(V1.AccountTraits item) =>
        await _accounts.UpsertAccountsAsync(new V1.UpsertAccountsRequest { Accounts = { item } }, cancellationToken: Cancel);

    private async Task<V1.Account> GetAsync(string id) =>
        (await _accounts.GetAccountAsync(new V1.GetAccountRequest { AccountId = id }, cancellationToken: Cancel)).Account;

    private async Task<V1.ExplainAccountResponse> ExplainAsync(string id, Timestamp? asOf) =>
        await _accounts.ExplainAccountAsync(new V1.ExplainAccountRequest { AccountId = id, AsOf = asOf }, cancellationToken: Cancel);

    private async Task<V1.ListAccountContactsResponse> ListAsync(string id, int pageSize, string pageToken) =>
        await _accounts.ListAccountContactsAsync(
            new V1.ListAccountContactsRequest { AccountId = id, PageSize = pageSize, PageToken = pageToken }, cancellationToken: Cancel);

    private async Task RecordAsync(params IEnumerable<V1.Signal> signals) =>
        await _ingest.RecordSignalsAsync(
            new V1.RecordSignalsRequest { Signals = { signals }, AckLevel = V1.AckLevel.Ranked }, cancellationToken: Cancel);
}
