using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using LeadGrains.Gateway.Calls;
using LeadGrains.Gateway.Tests.Calls;

namespace LeadGrains.Gateway.Tests.Services;

public sealed class StageServiceTests : IAsyncLifetime
{
    private GatewayHost _gateway = null!;
    private V1.StageService.StageServiceClient _stages = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _gateway = await GatewayHost.StartAsync();
        _stages = new V1.StageService.StageServiceClient(_gateway.Channel);
    }

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    // 100 points and a half of it for fit: intent 50, fit 60, total 55, which enters at 50. The account has intent 50 and
    // no fit, total 25, and stays.
    [Fact]
    public async Task WatchStageChanges_WhenAStageIsEntered_TellsItWithItsReason()
    {
        using var watch = _stages.WatchStageChanges(new V1.WatchStageChangesRequest(), cancellationToken: Cancel);
        Assert.Null((await NextAsync(watch)).Transition);

        await EnterAsync("ann");

        var response = await NextAsync(watch);
        Assert.Equal(
            (V1.GrainKind.Contact, "ann", "nurture", "mql", V1.StageChangeCause.Activity, _gateway.Now),
            (response.Transition.Kind, response.Transition.Id, response.Transition.FromStage, response.Transition.ToStage,
                response.Transition.Cause, response.Transition.At));
        Assert.StartsWith("total 55.0 reached mql's 50", response.Transition.Reason, StringComparison.Ordinal);
        Assert.NotEmpty(response.ResumeToken);
    }

    [Fact]
    public async Task WatchStageChanges_WhenResumed_GoesOnAfterTheToken()
    {
        await EnterAsync("ann", "bob");
        string token;
        using (var first = _stages.WatchStageChanges(new V1.WatchStageChangesRequest { FromStart = true, Ids = { "ann" } }, cancellationToken: Cancel))
        {
            await NextAsync(first);
            var ann = await NextAsync(first);
            Assert.Equal("ann", ann.Transition.Id);
            token = ann.ResumeToken;
        }

        await EnterAsync("cem");
        var request = new V1.WatchStageChangesRequest { ResumeToken = token, Ids = { "ann", "cem" }, ToStages = { "mql" }, Kinds = { V1.GrainKind.Contact } };
        using var second = _stages.WatchStageChanges(request, cancellationToken: Cancel);
        await NextAsync(second);
        Assert.Equal("cem", (await NextAsync(second)).Transition.Id);
    }

    [Fact]
    public async Task WatchStageChanges_WhenTheNodeDrains_EndsWithUnavailable()
    {
        using var watch = _stages.WatchStageChanges(new V1.WatchStageChangesRequest(), cancellationToken: Cancel);
        await NextAsync(watch);

        _gateway.Readiness.MoveTo(ServingPhase.Draining);

        var fault = await Assert.ThrowsAsync<RpcException>(() => watch.ResponseStream.MoveNext(Cancel));
        Assert.Equal(StatusCode.Unavailable, fault.StatusCode);
        FaultAssert.Because(FaultReasons.ServerDraining, fault);
    }

    [Fact]
    public async Task WatchStageChanges_WhenTheTokenIsWrong_IsRefused()
    {
        var fault = await FaultOfAsync(new V1.WatchStageChangesRequest { ResumeToken = "nonsense" });
        Assert.Equal(StatusCode.InvalidArgument, fault.StatusCode);
        FaultAssert.Because(FaultReasons.ResumeTokenInvalid, fault);
    }

    [Fact]
    public async Task WatchStageChanges_WhenFieldsAreWrong_NamesThem()
    {
        var request = new V1.WatchStageChangesRequest { Kinds = { (V1.GrainKind)7 }, ToStages = { "" }, Ids = { Enumerable.Repeat("a", 1_001) } };
        var fault = await FaultOfAsync(request);
        Assert.Equal(StatusCode.InvalidArgument, fault.StatusCode);
        FaultAssert.Because(FaultReasons.FieldInvalid, fault);
        Assert.Equal("kinds must be GRAIN_KIND_CONTACT or GRAIN_KIND_ACCOUNT; 2 more fields are wrong", fault.Status.Detail);
    }

    private static async Task<V1.WatchStageChangesResponse> NextAsync(AsyncServerStreamingCall<V1.WatchStageChangesResponse> watch)
    {
        Assert.True(await watch.ResponseStream.MoveNext(Cancel));
        return watch.ResponseStream.Current;
    }

    private async Task<RpcException> FaultOfAsync(V1.WatchStageChangesRequest request)
    {
        using var watch = _stages.WatchStageChanges(request, cancellationToken: Cancel);
        return await Assert.ThrowsAsync<RpcException>(() => watch.ResponseStream.MoveNext(Cancel));
    }

    private async Task EnterAsync(params string[] contacts)
    {
        var upserts = new V1.UpsertContactsRequest();
        var signals = new V1.RecordSignalsRequest();
        foreach (var contact in contacts)
        {
            var traits = new Struct { Fields = { ["title"] = Value.ForString("Head of IT") } };
            upserts.Contacts.Add(new V1.ContactTraits { ContactId = contact, Traits = traits });
            signals.Signals.Add(new V1.Signal { Id = contact, Type = "demo", ContactId = contact });
        }

        await new V1.ContactService.ContactServiceClient(_gateway.Channel).UpsertContactsAsync(upserts, cancellationToken: Cancel);
        await new V1.IngestService.IngestServiceClient(_gateway.Channel).RecordSignalsAsync(signals, cancellationToken: Cancel);
    }
}
