using Grpc.Core;
using Grpc.Health.V1;
using static Grpc.Health.V1.HealthCheckResponse.Types;

namespace LeadGrains.Gateway.Tests.Services;

public sealed class HealthServiceTests : IAsyncLifetime
{
    private GatewayHost _gateway = null!;
    private global::Grpc.Health.V1.Health.HealthClient _health = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _gateway = await GatewayHost.StartAsync(ServingPhase.Starting);
        _health = new global::Grpc.Health.V1.Health.HealthClient(_gateway.Channel);
    }

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Theory]
    [InlineData("")]
    [InlineData("grpc.health.v1.Health")]
    [InlineData("leadgrains.v1.IngestService")]
    [InlineData("leadgrains.v1.ContactService")]
    [InlineData("leadgrains.v1.AccountService")]
    [InlineData("leadgrains.v1.RankingService")]
    [InlineData("leadgrains.v1.ModelService")]
    [InlineData("leadgrains.v1.RefusalService")]
    [InlineData("leadgrains.v1.StageService")]
    [InlineData("leadgrains.v1.PrivacyService")]
    [InlineData("grpc.reflection.v1.ServerReflection")]
    [InlineData("grpc.reflection.v1alpha.ServerReflection")]
    public async Task Check_WhenKnown_FollowsThePhase(string service)
    {
        var seen = new List<ServingStatus> { await CheckAsync(service) };
        foreach (var phase in new[] { ServingPhase.Serving, ServingPhase.Draining })
        {
            _gateway.Readiness.MoveTo(phase);
            seen.Add(await CheckAsync(service));
        }

        Assert.Equal([ServingStatus.NotServing, ServingStatus.Serving, ServingStatus.NotServing], seen);
    }

    [Fact]
    public async Task List_WhenAsked_HasEachService()
    {
        var early = await _health.ListAsync(new HealthListRequest(), cancellationToken: Cancel);
        _gateway.Readiness.MoveTo(ServingPhase.Serving);
        var serving = await _health.ListAsync(new HealthListRequest(), cancellationToken: Cancel);

        Assert.Equal(16, serving.Statuses.Count);
        Assert.Superset(new HashSet<string> { "", "grpc.health.v1.Health", "leadgrains.v1.IngestService" }, serving.Statuses.Keys.ToHashSet());
        Assert.All(early.Statuses.Values, each => Assert.Equal(ServingStatus.NotServing, each.Status));
        Assert.All(serving.Statuses.Values, each => Assert.Equal(ServingStatus.Serving, each.Status));
    }

    [Fact]
    public async Task Check_WhenUnknown_IsNotFound() => await CallAssert.FailsAsync(StatusCode.NotFound, () => CheckAsync("leadgrains.v1.Nothing"));

    [Fact]
    public async Task Check_WhenTheUnknownNameIsLong_AnswersShortly()
    {
        var fault = await Assert.ThrowsAsync<RpcException>(() => CheckAsync(new string('x', 100_000)));

        Assert.Equal(StatusCode.NotFound, fault.StatusCode);
        Assert.InRange(fault.Status.Detail.Length, 1, 200);
    }

    [Fact]
    public async Task Watch_WhenKnown_TellsAtOnceAndOnEachChange()
    {
        using var watch = _health.Watch(new HealthCheckRequest { Service = "leadgrains.v1.IngestService" }, cancellationToken: Cancel);
        Assert.Equal(ServingStatus.NotServing, await NextAsync(watch));

        _gateway.Readiness.MoveTo(ServingPhase.Serving);
        Assert.Equal(ServingStatus.Serving, await NextAsync(watch));

        _gateway.Readiness.MoveTo(ServingPhase.Draining);
        Assert.Equal(ServingStatus.NotServing, await NextAsync(watch));
        await CallAssert.FailsAsync(StatusCode.Unavailable, () => watch.ResponseStream.MoveNext(Cancel));
    }

    [Fact]
    public async Task Watch_WhenUnknown_SaysSoAndStaysOpen()
    {
        using var watch = _health.Watch(new HealthCheckRequest { Service = "leadgrains.v1.Nothing" }, cancellationToken: Cancel);
        Assert.Equal(ServingStatus.ServiceUnknown, await NextAsync(watch));
        var next = watch.ResponseStream.MoveNext(Cancel);

        _gateway.Readiness.MoveTo(ServingPhase.Serving);
        await CheckAsync("");

        Assert.False(next.IsCompleted);
    }

    [Fact]
    public async Task OtherServices_WhenNotServing_SendTheCallerAway()
    {
        var contacts = new V1.ContactService.ContactServiceClient(_gateway.Channel);
        var request = new V1.GetContactRequest { ContactId = "nobody" };
        await UnavailableAsync();

        _gateway.Readiness.MoveTo(ServingPhase.Serving);
        await CallAssert.FailsAsync(StatusCode.NotFound, async () => await contacts.GetContactAsync(request, cancellationToken: Cancel));

        _gateway.Readiness.MoveTo(ServingPhase.Draining);
        await UnavailableAsync();

        async Task UnavailableAsync()
        {
            var fault = await CallAssert.FailsAsync(StatusCode.Unavailable, async () => await contacts.GetContactAsync(request, cancellationToken: Cancel));
            Assert.Equal("1000", fault.Trailers.GetValue("grpc-retry-pushback-ms"));
        }
    }

    private static async Task<ServingStatus> NextAsync(AsyncServerStreamingCall<HealthCheckResponse> watch)
    {
        Assert.True(await watch.ResponseStream.MoveNext(Cancel));
        return watch.ResponseStream.Current.Status;
    }

    private async Task<ServingStatus> CheckAsync(string service) =>
        (await _health.CheckAsync(new HealthCheckRequest { Service = service }, cancellationToken: Cancel)).Status;
}
