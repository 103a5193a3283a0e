using LeadGrains.Grains.Storage;

namespace LeadGrains.Storage.Copying;

/// <summary>Reads two stores to their ends and says what is not equal.</summary>
internal sealed class StoreComparison(StoreParts source, StoreParts target, Action<CopyProgress> progress)
{
    public async Task<CopyReport> RunAsync(CancellationToken cancellationToken)
    {
        var differences = new Differences();
        await CompareModelsAsync(differences, cancellationToken);
        await CompareJournalsAsync(differences, cancellationToken);
        await RegistryCopy.CompareAsync(source.Registry, target.Registry, differences, cancellationToken);
        CompareNumbers(
            "The checkpoint of partition {0} is {1} in the source and {2} in the copy.",
            await source.Grains.Active.ReadCheckpointsAsync(cancellationToken),
            await target.Grains.Active.ReadCheckpointsAsync(cancellationToken),
            differences);
        var grains = await new GrainComparison(source.Grains.Active, target.Grains.Active, differences, progress)
            .RunAsync(source.Grains.PartitionCount, cancellationToken);
        var models = await target.Grains.ReadModelsAsync(cancellationToken);
        return new CopyReport(target.Grains.PartitionCount, target.Journal.EntryCount, grains, models.Count, differences.Found);
    }

    private static string Describe(StoredModel model) =>
        $"{model.Version} {Convert.ToHexString(model.ContentHash.Span)} {model.PublishedBy} {model.PublishedAt} {model.Comment} {model.Activated} {model.Yaml}";

    private static void CompareNumbers(string difference, IReadOnlyList<long> source, IReadOnlyList<long> target, Differences differences)
    {
        foreach (var (partition, (left, right)) in source.Zip(target).Index())
        {
            if (left != right)
                differences.Add(difference, partition, left, right);
        }
    }

    private async Task CompareModelsAsync(Differences differences, CancellationToken cancellationToken)
    {
        var left = (await source.Grains.ReadModelsAsync(cancellationToken)).ToDictionary(model => model.Version, Describe);
        var right = (await target.Grains.ReadModelsAsync(cancellationToken)).ToDictionary(model => model.Version, Describe);
        foreach (var version in left.Keys.Union(right.Keys).Order())
        {
            if (left.GetValueOrDefault(version) != right.GetValueOrDefault(version))
                differences.Add("Model {0} is another in the copy.", version);
        }

        var (before, after) = (await source.Grains.ReadActiveModelAsync(cancellationToken), await target.Grains.ReadActiveModelAsync(cancellationToken));
        if (before?.Version != after?.Version)
            differences.Add("The active model is {0} in the source and {1} in the copy.", before?.Version ?? 0, after?.Version ?? 0);
        CompareNumbers("In partition {0} the active model comes after entry {1} in the source and {2} in the copy.", before?.After ?? [], after?.After ?? [], differences);
    }

    private async Task CompareJournalsAsync(Differences differences, CancellationToken cancellationToken)
    {
        var left = Task.Run(() => JournalDigest.Of(source.Journal, entries => Report(entries), cancellationToken), cancellationToken);
        var right = Task.Run(() => JournalDigest.Of(target.Journal, null, cancellationToken), cancellationToken);
        foreach (var (partition, (before, after)) in (await left).Zip(await right).Index())
        {
            if (before != after)
                differences.Add("The journal of partition {0} is {1} in the source and {2} in the copy.", partition, before, after);
        }
    }

    private void Report(long entries) =>
        progress(new CopyProgress(CopyStep.CheckingJournal, entries, (double)entries / Math.Max(1, source.Journal.EntryCount)));
}
