using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using LeadGrains.Gateway.Calls;
using LeadGrains.Gateway.Tests.Calls;

namespace LeadGrains.Gateway.Tests.Services;

public sealed class ChangeServiceTests : IAsyncLifetime
{
    private GatewayHost _gateway = null!;
    private V1.ChangeService.ChangeServiceClient _changes = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _gateway = await GatewayHost.StartAsync();
        _changes = new V1.ChangeService.ChangeServiceClient(_gateway.Channel);
    }

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    // Four demos of one senior contact: 400 points, above the 300 of a surge; intent 93.75 and fit 60 make a total of 76.9.
    [Fact]
    public async Task WatchChanges_WhenAContactEntersAStageAndItsAccountSurges_TellsBothWithTheirScores()
    {
        await new V1.AccountService.AccountServiceClient(_gateway.Channel).UpsertAccountsAsync(
            new V1.UpsertAccountsRequest { Accounts = { new V1.AccountTraits { AccountId = "acme", Name = "Acme Inc" } } }, cancellationToken: Cancel);
        using var time = _gateway.LetTimePass();
        using var watch = _changes.WatchChanges(new V1.WatchChangesRequest(), cancellationToken: Cancel);
        Assert.Null((await NextAsync(watch)).Change);

        await EnterAsync("ann", demos: 4);

        V1.Change[] told = [(await NextAsync(watch)).Change, (await NextAsync(watch)).Change];
        var stage = Assert.Single(told, change => change.WhatCase == V1.Change.WhatOneofCase.Stage);
        Assert.Equal(
            (V1.GrainKind.Contact, "ann", "acme", "Acme Inc", "nurture", "mql", V1.StageChangeCause.Activity),
            (stage.Kind, stage.ContactId, stage.AccountId, stage.AccountName, stage.Stage.FromStage, stage.Stage.ToStage, stage.Stage.Cause));
        Assert.Equal((60, "mql", GatewayHost.ModelVersion), (stage.Score.Fit, stage.Score.Stage, stage.Score.ModelVersion));
        Assert.Equal(76.875, stage.Score.Total, 0.1);
        Assert.Equal(400, stage.Score.IntentPoints, 1.0);
        Assert.Equal(stage.At, stage.Score.AsOf);
        var surge = Assert.Single(told, change => change.WhatCase == V1.Change.WhatOneofCase.Surge);
        Assert.Equal((V1.GrainKind.Account, "", "acme", "Acme Inc", 400.0, 0.0), (surge.Kind, surge.ContactId, surge.AccountId, surge.AccountName, surge.Surge.Gained, surge.Surge.Before));
        Assert.NotEqual(stage.Id, surge.Id);
    }

    [Fact]
    public async Task WatchChanges_WhenOneSortIsAskedFor_TellsOnlyThatAndTakesATokenOfStages()
    {
        using var time = _gateway.LetTimePass();
        await EnterAsync("ann", demos: 4);
        using (var all = _changes.WatchChanges(new V1.WatchChangesRequest { FromStart = true }, cancellationToken: Cancel))
        {
            for (var i = 0; i < 3; i++)
                await NextAsync(all);
        }

        using var stages = new V1.StageService.StageServiceClient(_gateway.Channel)
            .WatchStageChanges(new V1.WatchStageChangesRequest(), cancellationToken: Cancel);
        Assert.True(await stages.ResponseStream.MoveNext(Cancel));
        await EnterAsync("bob", demos: 1);
        var request = new V1.WatchChangesRequest { ResumeToken = stages.ResponseStream.Current.ResumeToken, Types_ = { V1.ChangeType.Stage } };
        using var watch = _changes.WatchChanges(request, cancellationToken: Cancel);
        await NextAsync(watch);
        Assert.Equal("bob", (await NextAsync(watch)).Change.ContactId);
    }

    // Six demos make an intent of 98.4, and with a fit of 60 a total of 79.2.
    [Fact]
    public async Task WatchChanges_WhenAScoreReachesAThreshold_TellsWhichAndAtWhat()
    {
        using var watch = _changes.WatchChanges(
            new V1.WatchChangesRequest { Types_ = { V1.ChangeType.Threshold }, Thresholds = { "very hot" } }, cancellationToken: Cancel);
        Assert.Null((await NextAsync(watch)).Change);
        await EnterAsync("ann", demos: 6);

        var told = (await NextAsync(watch)).Change;
        Assert.Equal((V1.GrainKind.Contact, "ann", "acme", told.Score.AsOf), (told.Kind, told.ContactId, told.AccountId, told.At));
        Assert.Equal(
            ("very hot", V1.ScoreKind.Total, true, 79.0, V1.StageChangeCause.Activity),
            (told.Threshold.Threshold, told.Threshold.Score, told.Threshold.Reached, told.Threshold.Level, told.Threshold.Cause));
        Assert.Equal(79.2, told.Threshold.Value, 0.1);
        Assert.Equal(told.Score.Total, told.Threshold.Value);
    }

    [Fact]
    public async Task WatchChanges_WhenNoThresholdHasTheName_SaysWhichThereAreUnlessItLooksBack()
    {
        using var watch = _changes.WatchChanges(new V1.WatchChangesRequest { Thresholds = { "very hto" } }, cancellationToken: Cancel);
        var fault = await Assert.ThrowsAsync<RpcException>(() => watch.ResponseStream.MoveNext(Cancel));
        Assert.Equal(
            "thresholds has \"very hto\", which is no threshold of the active model; it has for contacts very hot, for accounts none", fault.Status.Detail);
        using var past = _changes.WatchChanges(new V1.WatchChangesRequest { Thresholds = { "of a former model" }, FromStart = true }, cancellationToken: Cancel);
        Assert.Null((await NextAsync(past)).Change);
    }

    [Fact]
    public async Task WatchChanges_WhenFieldsAreWrong_NamesThem()
    {
        using var watch = _changes.WatchChanges(new V1.WatchChangesRequest { Types_ = { (V1.ChangeType)9 }, Ids = { "" } }, cancellationToken: Cancel);
        var fault = await Assert.ThrowsAsync<RpcException>(() => watch.ResponseStream.MoveNext(Cancel));
        Assert.Equal(StatusCode.InvalidArgument, fault.StatusCode);
        FaultAssert.Because(FaultReasons.FieldInvalid, fault);
        Assert.StartsWith("types must be CHANGE_TYPE_STAGE", fault.Status.Detail, StringComparison.Ordinal);
    }

    private static async Task<V1.WatchChangesResponse> NextAsync(AsyncServerStreamingCall<V1.WatchChangesResponse> watch)
    {
        Assert.True(await watch.ResponseStream.MoveNext(Cancel));
        return watch.ResponseStream.Current;
    }

    private async Task EnterAsync(string contact, int demos)
    {
        var traits = new Struct { Fields = { ["title"] = Value.ForString("Head of IT") } };
        var upsert = new V1.UpsertContactsRequest { Contacts = { new V1.ContactTraits { ContactId = contact, AccountId = "acme", Traits = traits } } };
        await new V1.ContactService.ContactServiceClient(_gateway.Channel).UpsertContactsAsync(upsert, cancellationToken: Cancel);
        var signals = new V1.RecordSignalsRequest();
        signals.Signals.AddRange(Enumerable.Range(0, demos).Select(i => new V1.Signal { Id = $"{contact} {i}", Type = "demo", ContactId = contact }));
        await new V1.IngestService.IngestServiceClient(_gateway.Channel).RecordSignalsAsync(signals, cancellationToken: Cancel);
    }
}
