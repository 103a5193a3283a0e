using Google.Rpc;
using Grpc.Core;
using Grpc.Health.V1;
using LeadGrains.Gateway.Calls;
using LeadGrains.Gateway.Tests.Calls;
using LeadGrains.Testing;

namespace LeadGrains.Gateway.Tests.Services;

/// <summary>What a client reads of the details of each fault.</summary>
public sealed class FaultDetailTests : IAsyncLifetime
{
    private GatewayHost _gateway = null!;
    private V1.AccountService.AccountServiceClient _accounts = null!;
    private V1.RankingService.RankingServiceClient _ranking = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _gateway = await GatewayHost.StartAsync();
        _accounts = new V1.AccountService.AccountServiceClient(_gateway.Channel);
        _ranking = new V1.RankingService.RankingServiceClient(_gateway.Channel);
    }

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Fact]
    public async Task RankAccounts_WhenSeveralFieldsAreWrong_NamesEach()
    {
        var fault = await RankFaultAsync(new V1.RankAccountsRequest
        {
            PageSize = -1,
            PageToken = new string('x', 1_025),
            RankBy = (V1.RankBy)9,
            Filter = new V1.RankFilter { Stages = { "none" }, MinFit = double.NaN },
        });

        Assert.Equal("filter.stages has 'none', known are: aware, mqa; 4 more fields are wrong", fault.Status.Detail);
        FaultAssert.Because("FIELD_INVALID", fault);
        FaultAssert.Violates(
            fault,
            ("filter.stages", "filter.stages has 'none', known are: aware, mqa"),
            ("filter.min_fit", "filter.min_fit must be a number"),
            ("rank_by", "rank_by must be RANK_BY_TOTAL, RANK_BY_INTENT, RANK_BY_FIT or RANK_BY_VELOCITY"),
            ("page_size", "page_size -1 must be 1 to 1,000, or 0 for 100"),
            ("page_token", "page_token is none of this server's: leave it empty to begin with the first page"));
    }

    [Fact]
    public async Task RankAccounts_WhenTheTraitHasNoColumn_NamesTraitAndKey()
    {
        var fault = await RankFaultAsync(new V1.RankAccountsRequest
        {
            Filter = new V1.RankFilter { Traits = { ["colour"] = new V1.AcceptedValues { Values = { "red" } } } },
        });

        FaultAssert.Because("FILTER_WITHOUT_COLUMN", fault, ("trait", "colour"), ("model_key", "filters.account"));
        FaultAssert.Violates(fault, ("filter.traits", fault.Status.Detail));
    }

    [Fact]
    public async Task RankAccounts_WhenTheTokenIsNotOfThisQuery_SaysSo()
    {
        var fault = await RankFaultAsync(new V1.RankAccountsRequest { PageToken = "made up" });

        FaultAssert.Because("PAGE_TOKEN_INVALID", fault);
        FaultAssert.Violates(fault, ("page_token", fault.Status.Detail));
    }

    [Fact]
    public async Task Get_WhenItIsNotKnown_NamesWhatIsMissing()
    {
        var contacts = new V1.ContactService.ContactServiceClient(_gateway.Channel);
        var models = new V1.ModelService.ModelServiceClient(_gateway.Channel);
        var health = new global::Grpc.Health.V1.Health.HealthClient(_gateway.Channel);

        await MissingAsync("ACCOUNT_NOT_FOUND", "account_id", "a", async () => await _accounts.GetAccountAsync(new V1.GetAccountRequest { AccountId = "a" }, cancellationToken: Cancel));
        await MissingAsync("CONTACT_NOT_FOUND", "contact_id", "c", async () => await contacts.GetContactAsync(new V1.GetContactRequest { ContactId = "c" }, cancellationToken: Cancel));
        await MissingAsync("MODEL_NOT_FOUND", "version", "77", async () => await models.GetModelAsync(new V1.GetModelRequest { Version = 77 }, cancellationToken: Cancel));
        await MissingAsync("SERVICE_NOT_FOUND", "service", "s", async () => await health.CheckAsync(new HealthCheckRequest { Service = "s" }, cancellationToken: Cancel));
    }

    [Fact]
    public async Task StreamSignals_WhenABatchIsTooLarge_NamesTheField()
    {
        using var call = new V1.IngestService.IngestServiceClient(_gateway.Channel).StreamSignals(cancellationToken: Cancel);
        await call.RequestStream.WriteAsync(new V1.StreamSignalsRequest { Batch = 1, Signals = { Signals.Many(10_001) } }, Cancel);

        await CallAssert.InvalidAsync("signals", () => call.ResponseStream.MoveNext(Cancel));
    }

    [Fact]
    public async Task Call_WhenNotServing_SaysWhyAndWhenToTryAgain()
    {
        await using var starting = await GatewayHost.StartAsync(ServingPhase.Starting);
        var early = await CallAssert.FailsAsync(StatusCode.Unavailable, async () =>
            await new V1.RankingService.RankingServiceClient(starting.Channel).RankAccountsAsync(new V1.RankAccountsRequest(), cancellationToken: Cancel));
        _gateway.Readiness.MoveTo(ServingPhase.Draining);
        var late = await CallAssert.FailsAsync(StatusCode.Unavailable, async () => await _ranking.RankAccountsAsync(new V1.RankAccountsRequest(), cancellationToken: Cancel));

        FaultAssert.Because("SERVER_STARTING", early);
        FaultAssert.Because("SERVER_DRAINING", late);
        FaultAssert.Retry(early, TimeSpan.FromSeconds(1));
        FaultAssert.Retry(late, TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void Reasons_WhenListed_AreThoseOfTheProtosReadme()
    {
        var readme = File.ReadAllText(Path.Combine(RepositoryRoot.Path, "protos", "README.md"));
        var reasons = typeof(FaultReasons).GetFields().Where(field => field.Name != nameof(FaultReasons.Domain)).Select(field => (string)field.GetRawConstantValue()!).ToList();

        Assert.NotEmpty(reasons);
        Assert.All(reasons, reason => Assert.Contains($"| `{reason}` |", readme, StringComparison.Ordinal));
    }

    private static async Task MissingAsync(string reason, string key, string value, Func<Task> call)
    {
        var fault = await CallAssert.FailsAsync(StatusCode.NotFound, call);
        FaultAssert.Because(reason, fault, (key, value));
        Assert.Null(fault.GetRpcStatus()!.GetDetail<BadRequest>());
    }

    private Task<RpcException> RankFaultAsync(V1.RankAccountsRequest request) =>
        CallAssert.FailsAsync(StatusCode.InvalidArgument, async () => await _ranking.RankAccountsAsync(request, cancellationToken: Cancel));
}
