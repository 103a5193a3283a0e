using Grpc.Core;
using LeadGrains.Gateway.Access;
using LeadGrains.Gateway.Calls;
using LeadGrains.Gateway.Checks;
using LeadGrains.Gateway.Ranking;
using LeadGrains.Grains;
using LeadGrains.Scoring;
using Microsoft.Extensions.Logging;

namespace LeadGrains.Gateway.Models;

/// <summary>The scoring models: those that were published, what another one would change, and the change itself.</summary>
internal sealed partial class ModelService(
    CallGate gate, GrainClient grains, ModelDesk desk, ModelDocuments documents, RankChecks filters, AuditTrail audit,
    ILogger<ModelService> log)
    : V1.ModelService.ModelServiceBase
{
    public override Task<V1.GetModelResponse> GetModel(V1.GetModelRequest request, ServerCallContext context) =>
        gate.AnswerAsync(context, async call => new V1.GetModelResponse
        {
            Model = ModelMessages.Write(await documents.StoredAsync(call.Workspace, request.Version, call.Ended)),
        });

    public override Task<V1.ListModelsResponse> ListModels(V1.ListModelsRequest request, ServerCallContext context) =>
        gate.AnswerAsync(context, async call =>
        {
            var models = await documents.AllAsync(call.Workspace, call.Ended);
            var response = new V1.ListModelsResponse { ActiveVersion = grains.ModelOf(call.Workspace).Version, Shadow = desk.ShadowOf(call.Workspace)?.Model.Name ?? "" };
            response.Models.AddRange(models.Reverse().Select(model => ModelMessages.Write(model, withDocument: false)));
            return response;
        });

    public override Task<V1.PreviewModelResponse> PreviewModel(V1.PreviewModelRequest request, ServerCallContext context) =>
        gate.AnswerAsync(context, async call =>
        {
            var (problems, model) = await documents.ReadAsync(call.Workspace, request.Yaml, request.Version, new RequestChecks(), call.Ended);
            return model is null
                ? ModelMessages.WriteProblems(problems)
                : ModelMessages.WritePreview(await desk.PreviewAsync(call.Workspace, model.Model, call.Ended), await RemovedAsync(model.Model));
        });

    public override Task PublishModel(
        V1.PublishModelRequest request, IServerStreamWriter<V1.PublishModelResponse> responseStream, ServerCallContext context) =>
        gate.ServeAsync(context, async call =>
        {
            var fields = new RequestChecks();
            if (FieldChecks.Text("published_by", request.PublishedBy, Limits.PublishedByBytes) is { } publisher)
                fields.Add(publisher);
            if (FieldChecks.Text("comment", request.Comment, Limits.CommentBytes) is { } comment)
                fields.Add(comment);
            var model = await documents.ReadSoundAsync(call.Workspace, request.Yaml, request.Version, fields, call.Ended);
            var publication = new ModelPublication(model.Model, request.PublishedBy, request.Comment, request.Silent) { Workspace = call.Workspace };
            var last = default(RescoreProgress);
            var published = await RescoreStream.RunAsync(
                progress => desk.PublishAsync(publication, progress, call.Ended),
                progress => responseStream.WriteAsync(Write(last = ShownTo(call, progress))));
            if (published.IsChanged)
            {
                LogPublished(call.Workspace, published.Model.Version, published.Entries, published.Elapsed, published.Pause);
                await audit.RecordAsync(call.Caller, AuditActions.ModelPublished, $"version {published.Model.Version}", CancellationToken.None);
            }

            var response = Write(last);
            response.Model = ModelMessages.Write(published.Model);
            (response.SignalsSince, response.RescoreLoss) = await RemovedAsync(model.Model);
            await responseStream.WriteAsync(response);
        });

    public override Task StartShadow(
        V1.StartShadowRequest request, IServerStreamWriter<V1.StartShadowResponse> responseStream, ServerCallContext context) =>
        gate.ServeAsync(context, async call =>
        {
            var model = await documents.ReadSoundAsync(call.Workspace, request.Yaml, request.Version, new RequestChecks(), call.Ended);
            var last = default(RescoreProgress);
            await RescoreStream.RunAsync(
                async progress =>
                {
                    await desk.StartShadowAsync(call.Workspace, model, progress, call.Ended);
                    return model;
                },
                progress => responseStream.WriteAsync(WriteShadow(last = ShownTo(call, progress))));
            await audit.RecordAsync(call.Caller, AuditActions.ShadowStarted, model.Model.Name, CancellationToken.None);
            await responseStream.WriteAsync(WriteShadow(last with { EntriesTotal = last.EntriesReplayed }));
        });

    public override Task<V1.StopShadowResponse> StopShadow(V1.StopShadowRequest request, ServerCallContext context) =>
        gate.AnswerAsync(context, async call =>
        {
            var stopped = await desk.StopShadowAsync(call.Workspace);
            if (stopped)
                await audit.RecordAsync(call.Caller, AuditActions.ShadowStopped, "", CancellationToken.None);
            return new V1.StopShadowResponse { Stopped = stopped };
        });

    public override Task<V1.CompareShadowResponse> CompareShadow(V1.CompareShadowRequest request, ServerCallContext context) =>
        gate.AnswerAsync(context, async call =>
        {
            var fields = new RequestChecks();
            var contacts = filters.Filter(call.Workspace, GrainKind.Contact, request.Contacts, fields, "contacts");
            var accounts = filters.Filter(call.Workspace, GrainKind.Account, request.Accounts, fields, "accounts");
            fields.ThrowIfAny();
            var shadow = desk.ShadowOf(call.Workspace);
            return ModelMessages.WriteComparison(await desk.CompareShadowAsync(call.Workspace, contacts, accounts, call.Ended), await RemovedAsync(shadow?.Model));
        });

    // How much the whole store holds is the business of who runs it.
    private static RescoreProgress ShownTo(CallScope call, RescoreProgress progress) => call.Workspace == Workspaces.Default ? progress : default;

    private async Task<RemovedSignals> RemovedAsync(ScoringModel? model) =>
        RemovedSignals.Of((await grains.FindRetentionAsync(CancellationToken.None))?.SignalsSince, model, grains.Now());

    private static V1.PublishModelResponse Write(RescoreProgress progress) =>
        new() { EntriesReplayed = (ulong)progress.EntriesReplayed, EntriesTotal = (ulong)progress.EntriesTotal };

    [LoggerMessage(Level = LogLevel.Information, Message = "Model version {Version} of workspace {Workspace} is active now: {Entries} journal entries were applied under it in {Elapsed}; callers waited for {Pause} at the end")]
    private partial void LogPublished(string workspace, uint version, long entries, TimeSpan elapsed, TimeSpan pause);

    private static V1.StartShadowResponse WriteShadow(RescoreProgress progress) =>
        new() { EntriesReplayed = (ulong)progress.EntriesReplayed, EntriesTotal = (ulong)progress.EntriesTotal };
}
