using LeadGrains.Grains;
using LeadGrains.Grains.Storage;
using LeadGrains.Host.Commands;
using LeadGrains.Scoring;

namespace LeadGrains.Host.Serving;

/// <summary>Which model a server begins with, and which one it publishes before it takes calls.</summary>
/// <param name="Active">What the store was scored under.</param>
/// <param name="Given">The document of `--model`, where it is another one.</param>
internal sealed record ModelChoice(ServedModels Active, ModelPublication? Given)
{
    private const string Publisher = "serve";

    /// <summary>The model of a file; null where none is named.</summary>
    /// <exception cref="CommandFailedException">There is no such file, or its document is faulty.</exception>
    public static async Task<ScoringModel?> ReadAsync(string? file, CancellationToken cancellationToken) =>
        file is null ? null : Read(file, await ReadFileAsync(file, cancellationToken));

    /// <summary>The store's model; in a new store, the one that is given or the default one, which becomes version 1.</summary>
    /// <param name="store">The store.</param>
    /// <param name="given">The model of `--model`; null without one.</param>
    /// <param name="file">Its file.</param>
    /// <param name="clock">The time of its publication.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<ModelChoice> MakeAsync(
        IGrainStore store, ScoringModel? given, string? file, TimeProvider clock, CancellationToken cancellationToken)
    {
        var comment = file is null ? "The default model" : Path.GetFileName(file);
        if (await store.ReadActiveModelAsync(cancellationToken) is not { } active)
        {
            var first = given ?? DefaultModel.Model;
            var stored = new StoredModel(
                1, first.ContentHash.ToArray(), first.Yaml, Publisher, Instant.FromDateTimeOffset(clock.GetUtcNow()), comment);
            var activation = new ModelActivation { Active = new ActiveModel(1, new long[store.PartitionCount]), Added = stored };
            try
            {
                await store.ActivateAsync(activation, cancellationToken);
                return new ModelChoice(new ServedModels(1, first), null);
            }
            catch (InvalidOperationException)
            {
                // Another node, which started at the same time, has made its own the first.
                if (await store.ReadActiveModelAsync(cancellationToken) is null)
                {
                    throw;
                }

                return await MakeAsync(store, given, file, clock, cancellationToken);
            }
        }

        var models = await store.ReadModelsAsync(cancellationToken);
        var served = Served(models, active.Version);
        var isOther = given is not null && !(IsSame(given, served.Set.Everyones) && IsSame(given, served.Of(Workspaces.Default).Model));
        return new ModelChoice(served, isOther ? new ModelPublication(given!, Publisher, comment, IsSilent: false) : null);
    }

    /// <exception cref="CommandFailedException">Another model than the active one is given: nobody drives all partitions at a start.</exception>
    public void RequireActive(string? file)
    {
        if (Given is not null)
        {
            throw new CommandFailedException(
                $"The nodes score under model version {Active.VersionOf(Workspaces.Default)}, and {file} is another model. Leave --model out. To publish it: drain all nodes but one (leadgrains cluster drain NODE), and run leadgrains model publish {file} on that one.");
        }
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

    private static bool IsSame(ScoringModel left, ScoringModel right) => left.ContentHash.AsSpan().SequenceEqual(right.ContentHash.AsSpan());

    private static ServedModels Served(IReadOnlyList<StoredModel> models, uint version)
    {
        try
        {
            return new ModelBook(models).ServedAt(version);
        }
        catch (InvalidDataException damaged)
        {
            throw new CommandFailedException(damaged.Message, damaged);
        }
    }

    private static ScoringModel Read(string origin, string yaml)
    {
        var read = ModelReader.Read(yaml);
        return read.Model ?? throw new CommandFailedException(string.Join(
            Environment.NewLine, read.Problems.Select(problem => $"{origin}({problem.Line},{problem.Column}): {problem.Message}")));
    }
}
