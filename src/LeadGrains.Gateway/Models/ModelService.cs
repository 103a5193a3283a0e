using Grpc.Core;
using LeadGrains.Gateway.Calls;
using LeadGrains.Gateway.Values;
using LeadGrains.Grains.Storage;

namespace LeadGrains.Gateway.Models;

/// <summary>Gives the stored models out. This version neither lists, nor previews, nor publishes them.</summary>
internal sealed class ModelService(CallGate gate, IGrainStore store, ServedModel active) : V1.ModelService.ModelServiceBase
{
    public override Task<V1.GetModelResponse> GetModel(V1.GetModelRequest request, ServerCallContext context) =>
        gate.AnswerAsync(context, async call =>
        {
            var version = request.Version == 0 ? active.Version : request.Version;
            var models = await store.ReadModelsAsync(call.Ended);
            var model = models.FirstOrDefault(model => model.Version == version)
                ?? throw Faults.NotFound(
                    FaultReasons.ModelNotFound, "version", $"{version}", $"There is no model of version {version}. The active one is {active.Version}.");
            return new V1.GetModelResponse { Model = Write(model) };
        });

    public override Task<V1.ListModelsResponse> ListModels(V1.ListModelsRequest request, ServerCallContext context) =>
        gate.AnswerAsync<V1.ListModelsResponse>(context, call => throw Faults.NotYet(call.Method));

    public override Task<V1.PreviewModelResponse> PreviewModel(V1.PreviewModelRequest request, ServerCallContext context) =>
        gate.AnswerAsync<V1.PreviewModelResponse>(context, call => throw Faults.NotYet(call.Method));

    public override Task PublishModel(V1.PublishModelRequest request, IServerStreamWriter<V1.PublishModelResponse> responseStream, ServerCallContext context) =>
        gate.ServeAsync(context, call => throw Faults.NotYet(call.Method));

    private static V1.Model Write(StoredModel model) => new()
    {
        Version = model.Version,
        Yaml = model.Yaml,
        PublishedBy = model.PublishedBy,
        PublishedAt = Timestamps.Write(model.PublishedAt),
        Comment = model.Comment,
    };
}
