using LeadGrains.Grains.Storage;

namespace LeadGrains.Testing;

/// <summary>The models of an in-memory store, and which is active. Never lost.</summary>
internal sealed class StoredModels
{
    private readonly List<StoredModel> _models = [];

    public ActiveModel? Active { get; private set; }

    public IReadOnlyList<StoredModel> All => [.. _models];

    public void Add(StoredModel model)
    {
        if (_models.Exists(known => known.Version == model.Version))
            throw new InvalidOperationException($"There is a model {model.Version} already.");
        _models.Add(model with { ContentHash = model.ContentHash.ToArray() });
        _models.Sort((left, right) => left.Version.CompareTo(right.Version));
    }

    public void Note(uint version, ActivationNote note)
    {
        var index = _models.FindIndex(model => model.Version == version);
        if (index >= 0)
            _models[index] = _models[index] with { Activated = note };
    }

    public void Activate(ActiveModel active) => Active = active with { After = [.. active.After] };

    public StoredModels Copy()
    {
        var copy = new StoredModels { Active = Active };
        copy._models.AddRange(_models);
        return copy;
    }
}
