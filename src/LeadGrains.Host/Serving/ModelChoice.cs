using LeadGrains.Gateway.Models;
using LeadGrains.Grains.Storage;
using LeadGrains.Host.Commands;
using LeadGrains.Scoring;

namespace LeadGrains.Host.Serving;

/// <summary>Which model a server scores under: the one that its store was scored under from the start.</summary>
internal static class ModelChoice
{
    private const string Publisher = "serve";

    /// <summary>The store's model; in a new store, the one of the file or the default one, which becomes version 1.</summary>
    /// <exception cref="CommandFailedException">The document is faulty, or the store was scored under another one.</exception>
    public static async Task<ServedModel> MakeAsync(IGrainStore store, string? file, TimeProvider clock, CancellationToken cancellationToken)
    {
        var given = file is null ? null : Read(file, await ReadFileAsync(file, cancellationToken));
        var models = await store.ReadModelsAsync(cancellationToken);
        if (models is [.., var active])
        {
            if (given is not null && !given.ContentHash.AsSpan().SequenceEqual(active.ContentHash.Span))
            {
                throw new CommandFailedException(
                    $"The data was scored under another model than {file}. Leave --model out to go on with that one, or start {file} on an empty folder with --data DIR.");
            }

            return new ServedModel(active.Version, Read($"version {active.Version} in the store", active.Yaml));
        }

        var model = given ?? DefaultModel.Model;
        var stored = new StoredModel(
            1, model.ContentHash.ToArray(), model.Yaml, Publisher, Instant.FromDateTimeOffset(clock.GetUtcNow()), file is null ? "The default model" : Path.GetFileName(file));
        await store.SaveModelAsync(stored, cancellationToken);
        return new ServedModel(stored.Version, model);
    }

    private static async Task<string> ReadFileAsync(string file, CancellationToken cancellationToken)
    {
        try
        {
            return await File.ReadAllTextAsync(file, cancellationToken);
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CommandFailedException($"There is no model file {file}.", failure);
        }
    }

    private static ScoringModel Read(string origin, string yaml)
    {
        var read = ModelReader.Read(yaml);
        return read.Model ?? throw new CommandFailedException(string.Join(
            Environment.NewLine, read.Problems.Select(problem => $"{origin}({problem.Line},{problem.Column}): {problem.Message}")));
    }
}
