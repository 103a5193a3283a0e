using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace LeadGrains.Gateway.Tests.Services;

public sealed class RankingServiceTests : IAsyncLifetime
{
    private GatewayHost _gateway = null!;
    private V1.RankingService.RankingServiceClient _ranking = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _gateway = await GatewayHost.StartAsync();
        _ranking = new V1.RankingService.RankingServiceClient(_gateway.Channel);
        await FeedAsync();
    }

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Fact]
    public async Task RankAccounts_WhenUnfiltered_RanksAllBestFirst()
    {
        var ranked = await _ranking.RankAccountsAsync(new V1.RankAccountsRequest(), cancellationToken: Cancel);

        Assert.Equal([(1U, "a4"), (2U, "a3"), (3U, "a2"), (4U, "a1")], ranked.Accounts.Select(account => (account.Rank, account.AccountId)));
        Assert.Equal((4UL, ""), (ranked.Matching, ranked.NextPageToken));
        Assert.Equal((_gateway.Now, _gateway.Now), (ranked.AsOf, ranked.MatchingAsOf));
        Assert.Empty(ranked.MissingPartitions);
        var best = ranked.Accounts[0];
        Assert.Equal(("Account 4", 400.0, 1.0), (best.Name, Math.Round(best.Score.IntentPoints, 9), Math.Round(best.EngagedContacts, 9)));
        Assert.Equal((_gateway.Now, _gateway.Now, GatewayHost.ModelVersion), (best.LastSignalAt, best.Score.AsOf, best.Score.ModelVersion));
    }

    // 100 to 400 points came in at once, and the model calls 300 a surge; nobody has been quiet for 30 days.
    [Fact]
    public async Task RankAccounts_WhenFilteredByActivity_RanksThoseThatSurgeOrSleep()
    {
        var surging = await _ranking.RankAccountsAsync(
            new V1.RankAccountsRequest { Filter = new V1.RankFilter { Surging = true } }, cancellationToken: Cancel);
        var dormant = await _ranking.RankAccountsAsync(
            new V1.RankAccountsRequest { Filter = new V1.RankFilter { Dormant = true } }, cancellationToken: Cancel);

        Assert.Equal([("a4", true), ("a3", true)], surging.Accounts.Select(account => (account.AccountId, account.Surging)));
        Assert.Empty(dormant.Accounts);

        _gateway.Advance(TimeSpan.FromDays(30));
        var slept = await _ranking.RankContactsAsync(
            new V1.RankContactsRequest { Filter = new V1.RankFilter { Dormant = true } }, cancellationToken: Cancel);
        Assert.Equal(["c4", "c3", "c2", "c1"], slept.Contacts.Select(contact => contact.ContactId));
        Assert.All(slept.Contacts, contact => Assert.True(contact.Dormant));
        var account = await new V1.AccountService.AccountServiceClient(_gateway.Channel)
            .GetAccountAsync(new V1.GetAccountRequest { AccountId = "a4" }, cancellationToken: Cancel);
        Assert.Equal((true, false, null), (account.Account.Dormant, account.Account.Surging, account.Account.WokeUpAt));
    }

    [Fact]
    public async Task RankContacts_WhenUnfiltered_RanksAllBestFirst()
    {
        var ranked = await _ranking.RankContactsAsync(new V1.RankContactsRequest(), cancellationToken: Cancel);

        Assert.Equal(
            [(1U, "c4", "a4"), (2U, "c3", "a3"), (3U, "c2", "a2"), (4U, "c1", "a1")],
            ranked.Contacts.Select(contact => (contact.Rank, contact.ContactId, contact.AccountId)));
        Assert.Equal(4UL, ranked.Matching);
        Assert.Equal((_gateway.Now, _gateway.Now), (ranked.AsOf, ranked.MatchingAsOf));
    }

    [Fact]
    public async Task RankContacts_WhenPaged_GoesOnWhereThePageBeforeEnded()
    {
        var request = new V1.RankContactsRequest { PageSize = 3 };
        var first = await _ranking.RankContactsAsync(request, cancellationToken: Cancel);
        request.PageToken = first.NextPageToken;
        var second = await _ranking.RankContactsAsync(request, cancellationToken: Cancel);

        Assert.Equal([(4U, "c1")], second.Contacts.Select(contact => (contact.Rank, contact.ContactId)));
        Assert.Equal((first.AsOf, ""), (second.AsOf, second.NextPageToken));
    }

    [Fact]
    public async Task RankAccounts_WhenFiltered_RanksWhatPasses()
    {
        Assert.Equal(["a4", "a2"], await FilteredAsync(new V1.RankFilter { Traits = { ["industry"] = Accepted("SOFTWARE") } }));
        Assert.Equal(["a4", "a3", "a2", "a1"], await FilteredAsync(new V1.RankFilter { Traits = { ["industry"] = Accepted() } }));
        Assert.Equal(["a4", "a3"], await FilteredAsync(new V1.RankFilter { MinIntent = 80 }));
        Assert.Equal(["a4"], await FilteredAsync(new V1.RankFilter { MinFit = 50 }));
        Assert.Equal(["a4"], await FilteredAsync(new V1.RankFilter { MinTotal = 50 }));
        Assert.Equal(["a4"], await FilteredAsync(new V1.RankFilter { Grades = { "B1", "A1" } }));
        Assert.Equal(["a4", "a3", "a2", "a1"], await FilteredAsync(new V1.RankFilter { Stages = { "mqa", "aware" }, IncludeDisqualified = true }));
    }

    [Fact]
    public async Task RankContacts_WhenUnmatchedAreAskedFor_RanksThoseWithoutAnAccount()
    {
        await new V1.ContactService.ContactServiceClient(_gateway.Channel).UpsertContactsAsync(
            new V1.UpsertContactsRequest { Contacts = { new V1.ContactTraits { ContactId = "free", Email = "ada@gmail.com" } }, AckLevel = V1.AckLevel.Ranked },
            cancellationToken: Cancel);

        var ranked = await _ranking.RankContactsAsync(
            new V1.RankContactsRequest { Filter = new V1.RankFilter { Unmatched = true } }, cancellationToken: Cancel);

        Assert.Equal([("free", "")], ranked.Contacts.Select(contact => (contact.ContactId, contact.AccountId)));
    }

    [Theory]
    [InlineData(V1.RankBy.Unspecified)]
    [InlineData(V1.RankBy.Total)]
    [InlineData(V1.RankBy.Intent)]
    [InlineData(V1.RankBy.Fit)]
    [InlineData(V1.RankBy.Velocity)]
    public async Task RankAccounts_WhenByAnyOrder_PutsTheBestFirst(V1.RankBy by)
    {
        var ranked = await _ranking.RankAccountsAsync(new V1.RankAccountsRequest { RankBy = by, PageSize = 1 }, cancellationToken: Cancel);

        Assert.Equal("a4", Assert.Single(ranked.Accounts).AccountId);
    }

    [Fact]
    public async Task RankAccounts_WhenTheRequestIsWrong_NamesTheField()
    {
        await InvalidAsync("page_size", new V1.RankAccountsRequest { PageSize = -1 });
        await InvalidAsync("page_size", new V1.RankAccountsRequest { PageSize = 1_001 });
        await InvalidAsync("page_token", new V1.RankAccountsRequest { PageToken = new string('x', 1_025) });
        await InvalidAsync("rank_by", new V1.RankAccountsRequest { RankBy = (V1.RankBy)5 });
        await InvalidAsync("filter.stages", new V1.RankAccountsRequest { Filter = new V1.RankFilter { Stages = { "mql" } } });
        await InvalidAsync("filter.grades", new V1.RankAccountsRequest { Filter = new V1.RankFilter { Grades = { "E1" } } });
        await InvalidAsync("filter.min_total", new V1.RankAccountsRequest { Filter = new V1.RankFilter { MinTotal = double.NaN } });
        await InvalidAsync("filter.min_fit", new V1.RankAccountsRequest { Filter = new V1.RankFilter { MinFit = double.NaN } });
        await InvalidAsync("filter.min_intent", new V1.RankAccountsRequest { Filter = new V1.RankFilter { MinIntent = double.NaN } });
        await InvalidAsync("filter.traits", new V1.RankAccountsRequest { Filter = new V1.RankFilter { Traits = { [new string('x', 129)] = Accepted("a") } } });
        await InvalidAsync("filter.traits", new V1.RankAccountsRequest
        {
            Filter = new V1.RankFilter { Traits = { ["industry"] = Accepted([.. Enumerable.Range(0, 1_001).Select(number => $"{number}")]) } },
        });
    }

    [Fact]
    public async Task RankAccounts_WhenAStageIsUnknown_NamesTheKnownOnes()
    {
        var fault = await FaultAsync(new V1.RankAccountsRequest { Filter = new V1.RankFilter { Stages = { "mql" } } });

        Assert.Equal("filter.stages has 'mql', known are: aware, mqa", fault.Status.Detail);
    }

    [Fact]
    public async Task RankAccounts_WhenTheTraitHasNoColumn_NamesTheKeyToAdd()
    {
        var fault = await FaultAsync(new V1.RankAccountsRequest { Filter = new V1.RankFilter { Traits = { ["colour"] = Accepted("red") } } });

        Assert.Contains("filters.account", fault.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RankAccounts_WhenTheTokenIsOfAnotherQuery_IsInvalid()
    {
        var first = await _ranking.RankAccountsAsync(new V1.RankAccountsRequest { PageSize = 1 }, cancellationToken: Cancel);

        await FaultAsync(new V1.RankAccountsRequest { PageSize = 1, PageToken = first.NextPageToken, RankBy = V1.RankBy.Fit });
        await FaultAsync(new V1.RankAccountsRequest { PageToken = "made up" });
    }

    private static V1.AcceptedValues Accepted(params string[] values) => new() { Values = { values } };

    private async Task<IEnumerable<string>> FilteredAsync(V1.RankFilter filter)
    {
        var ranked = await _ranking.RankAccountsAsync(new V1.RankAccountsRequest { Filter = filter }, cancellationToken: Cancel);
        Assert.Equal(ranked.Matching, (ulong)ranked.Accounts.Count);
        return ranked.Accounts.Select(account => account.AccountId);
    }

    private Task<RpcException> FaultAsync(V1.RankAccountsRequest request) =>
        CallAssert.FailsAsync(StatusCode.InvalidArgument, async () => await _ranking.RankAccountsAsync(request, cancellationToken: Cancel));

    private Task InvalidAsync(string field, V1.RankAccountsRequest request) =>
        CallAssert.InvalidAsync(field, async () => await _ranking.RankAccountsAsync(request, cancellationToken: Cancel));

    // Account n has one contact with n demos; the even ones sell software, and the fourth has the right size.
    private async Task FeedAsync()
    {
        var accounts = new V1.AccountService.AccountServiceClient(_gateway.Channel);
        var ingest = new V1.IngestService.IngestServiceClient(_gateway.Channel);
        var upsert = new V1.UpsertAccountsRequest { AckLevel = V1.AckLevel.Ranked };
        var signals = new V1.RecordSignalsRequest { AckLevel = V1.AckLevel.Ranked };
        for (var number = 1; number <= 4; number++)
        {
            var traits = new Struct
            {
                Fields =
                {
                    ["industry"] = Value.ForString(number % 2 == 0 ? "Software" : "Fintech"),
                    ["employees"] = Value.ForNumber(number * 50),
                },
            };
            upsert.Accounts.Add(new V1.AccountTraits { AccountId = $"a{number}", Name = $"Account {number}", Traits = traits });
            for (var demo = 1; demo <= number; demo++)
                signals.Signals.Add(Signals.Of($"c{number}", $"{demo}", "demo").In($"a{number}"));
        }

        await accounts.UpsertAccountsAsync(upsert, cancellationToken: Cancel);
        await ingest.RecordSignalsAsync(signals, cancellationToken: Cancel);
    }
}
