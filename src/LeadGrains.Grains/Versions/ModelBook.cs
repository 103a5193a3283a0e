using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using LeadGrains.Grains.Storage;
using LeadGrains.Grains.Versions;
using LeadGrains.Scoring;

namespace LeadGrains.Grains;

/// <summary>
/// The store's models as its workspaces see them. The store counts every publication, whoever makes it. A workspace counts
/// its own documents, from 1 in the order in which they came, and sees nothing of the others: what scored it before the
/// first of its own was everyone's, and is its version 1. What is everyone's was published for the workspace "default", too.
/// </summary>
public sealed class ModelBook
{
    private readonly SortedDictionary<uint, (StoredModel Stored, SetDocument Set)> _versions = [];

    /// <exception cref="InvalidDataException">Some version is damaged.</exception>
    public ModelBook(IEnumerable<StoredModel> stored)
    {
        foreach (var model in stored)
            _versions.Add(model.Version, (model, SetDocument.Read(model.Version, model.Yaml)));
    }

    /// <summary>The models of one of the store's versions.</summary>
    /// <exception cref="InvalidDataException">There is no such version, or its documents cannot be read any more.</exception>
    public ServedModels ServedAt(uint version)
    {
        var (stored, set) = At(version);
        var read = new Dictionary<uint, ScoringModel>();
        var own = set.Own.Select(each => KeyValuePair.Create(each.Key, Read(each.Value, read))).ToList();
        return new ServedModels(version, [.. stored.ContentHash.Span], new ModelSet(Read(set.Everyones, read), own))
        {
            Versions = set.Own.Keys.Append(Workspaces.Default).Distinct(StringComparer.Ordinal)
                .ToImmutableDictionary(workspace => workspace, workspace => NumberOf(workspace, version), StringComparer.Ordinal),
            EveryonesVersion = 1,
        };
    }

    /// <summary>A workspace's model in one of the store's versions, with the version that it has there.</summary>
    /// <exception cref="InvalidDataException">There is no such version, or the document cannot be read any more.</exception>
    public ServedModel ServedAt(uint version, string workspace) =>
        new(NumberOf(workspace, version), Read(At(version).Set.SourceOf(workspace), []));

    /// <summary>What a workspace sees: its documents, oldest first, each with the version that it has there.</summary>
    /// <param name="workspace">Which.</param>
    /// <param name="active">The store's active version.</param>
    public IReadOnlyList<StoredModel> Of(string workspace, uint active)
    {
        var seen = new List<StoredModel>();
        if (workspace != Workspaces.Default)
            seen.Add(Begun(workspace, active));
        foreach (var (_, (stored, set)) in _versions)
        {
            if (set.Workspace != workspace && !(set.Workspace.Length == 0 && workspace == Workspaces.Default))
                continue;
            if (seen.FindIndex(model => model.Yaml == set.Yaml) is >= 0 and var place)
                seen[place] = seen[place] with { Activated = stored.Activated };
            else
                seen.Add(stored with { Version = (uint)seen.Count + 1, Yaml = set.Yaml, ContentHash = HashOf(set.Yaml) });
        }

        return seen;
    }

    /// <summary>The set that a version of the store is.</summary>
    internal SetDocument SetAt(uint version) => At(version).Set;

    /// <summary>The document that scores the workspace in a version of the store; everyone's for an empty name.</summary>
    internal string YamlAt(uint version, string workspace) => At(At(version).Set.SourceOf(workspace)).Set.Yaml;

    // Who gave it to everyone, when and why, is nobody else's business.
    private StoredModel Begun(string workspace, uint active)
    {
        var first = _versions.Values.FirstOrDefault(each => each.Set.Own.ContainsKey(workspace)).Set ?? At(active).Set;
        var yaml = At(first.Everyones).Set.Yaml;
        return new StoredModel(1, HashOf(yaml), yaml, "", Instant.Min, "");
    }

    private uint NumberOf(string workspace, uint version)
    {
        if (workspace != Workspaces.Default && !At(version).Set.Own.ContainsKey(workspace))
            return 1;
        var yaml = YamlAt(version, workspace);
        return Of(workspace, version).First(model => model.Yaml == yaml).Version;
    }

    private static byte[] HashOf(string yaml) => SHA256.HashData(Encoding.UTF8.GetBytes(yaml));

    private (StoredModel Stored, SetDocument Set) At(uint version) => _versions.TryGetValue(version, out var found)
        ? found
        : throw new InvalidDataException($"The store has no model version {version}.");

    private ScoringModel Read(uint source, Dictionary<uint, ScoringModel> known)
    {
        if (known.TryGetValue(source, out var model))
            return model;
        var result = ModelReader.Read(At(source).Set.Yaml);
        model = result.Model ?? throw new InvalidDataException($"Model version {source} cannot be read any more: {result.Problems[0]}");
        known.Add(source, model);
        return model;
    }
}
