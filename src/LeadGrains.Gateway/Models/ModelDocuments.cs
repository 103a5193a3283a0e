using LeadGrains.Gateway.Calls;
using LeadGrains.Gateway.Checks;
using LeadGrains.Grains;
using LeadGrains.Grains.Storage;
using LeadGrains.Scoring;

namespace LeadGrains.Gateway.Models;

/// <summary>The model that a request names: by its document, or by the version that its workspace published it as.</summary>
internal sealed class ModelDocuments(IGrainStore store, GrainClient grains)
{
    /// <summary>What is wrong with the document, or the model; version 0 where it comes as a document.</summary>
    public async Task<(IReadOnlyList<ModelProblem> Problems, ServedModel? Model)> ReadAsync(
        string workspace, string yaml, uint version, RequestChecks fields, CancellationToken cancellationToken)
    {
        if (yaml.Length == 0 == (version == 0))
            fields.Add("yaml", yaml.Length == 0 ? "yaml is empty, and so is version" : "yaml and version are both given: one names the model");
        fields.ThrowIfAny();
        var stored = version == 0 ? null : await StoredAsync(workspace, version, cancellationToken);
        var read = ModelReader.Read(stored?.Yaml ?? yaml);
        return (read.Problems, read.Model is { } model ? new ServedModel(version, model) : null);
    }

    /// <summary>The same, where a faulty document ends the call.</summary>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT, with line and column of each problem.</exception>
    public async Task<ServedModel> ReadSoundAsync(
        string workspace, string yaml, uint version, RequestChecks fields, CancellationToken cancellationToken)
    {
        var (problems, model) = await ReadAsync(workspace, yaml, version, fields, cancellationToken);
        foreach (var problem in problems)
            fields.Add("yaml", problem.ToString());
        fields.ThrowIfAny();
        return model!;
    }

    /// <summary>All models that a workspace sees, oldest first.</summary>
    public async Task<IReadOnlyList<StoredModel>> AllAsync(string workspace, CancellationToken cancellationToken) =>
        new ModelBook(await store.ReadModelsAsync(cancellationToken)).Of(workspace, grains.Served.Version);

    /// <summary>A model that a workspace sees; 0 means its active one.</summary>
    /// <exception cref="Grpc.Core.RpcException">NOT_FOUND.</exception>
    public async Task<StoredModel> StoredAsync(string workspace, uint version, CancellationToken cancellationToken)
    {
        var active = grains.Served.VersionOf(workspace);
        var wanted = version == 0 ? active : version;
        var models = await AllAsync(workspace, cancellationToken);
        return models.FirstOrDefault(model => model.Version == wanted)
            ?? throw Faults.NotFound(
                FaultReasons.ModelNotFound, "version", $"{wanted}", $"There is no model of version {wanted}. The active one is {active}.");
    }
}
