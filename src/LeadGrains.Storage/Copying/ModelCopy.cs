using LeadGrains.Grains.Storage;

namespace LeadGrains.Storage.Copying;

/// <summary>Copies the models, each with how it was published and made active, and makes the filled generation the active one.</summary>
internal static class ModelCopy
{
    public static async Task RunAsync(
        IGrainStore source, IGrainStore target, ActiveModel active, IGrainGeneration filled, CancellationToken cancellationToken)
    {
        var known = (await target.ReadModelsAsync(cancellationToken)).ToDictionary(model => model.Version);
        var models = await source.ReadModelsAsync(cancellationToken);

        // The active one last: with it the generation becomes active.
        foreach (var model in models.OrderBy(model => model.Version == active.Version).ThenBy(model => model.Version))
        {
            var isActive = model.Version == active.Version;
            var isKnown = known.TryGetValue(model.Version, out var there);
            if (isKnown && !isActive && there!.Activated == model.Activated)
                continue;
            await target.ActivateAsync(
                new ModelActivation
                {
                    Active = isActive ? active : new ActiveModel(model.Version, new long[active.After.Count]),
                    Added = isKnown ? null : model,
                    Again = isKnown ? model.Activated : null,
                    Generation = isActive ? filled : null,
                },
                cancellationToken);
        }
    }
}
