using System.Collections.Immutable;
using LeadGrains.Scoring;

namespace LeadGrains.Grains;

/// <summary>The models of all workspaces as they are served together: what the store keeps as one version.</summary>
/// <param name="Version">As the store counts: no workspace sees it.</param>
/// <param name="ContentHash">Of all of them.</param>
/// <param name="Set">The models.</param>
public sealed record ServedModels(uint Version, ImmutableArray<byte> ContentHash, ModelSet Set)
{
    /// <summary>One model for all workspaces, whose hash is that of all.</summary>
    public ServedModels(uint version, ScoringModel model)
        : this(version, model.ContentHash, new ModelSet(model)) => EveryonesVersion = version;

    /// <summary>By workspace, the version of its model as it counts; those that are not named count as everyone's.</summary>
    public IReadOnlyDictionary<string, uint> Versions { get; init; } = ImmutableDictionary<string, uint>.Empty;

    /// <summary>The version of everyone's model, as those count who never had another.</summary>
    public uint EveryonesVersion { get; init; }

    /// <summary>The same, but a workspace's model, which is only tried: as a set it is stored nowhere.</summary>
    /// <param name="workspace">Whose; empty for everyone's.</param>
    /// <param name="model">Its model.</param>
    public ServedModels With(string workspace, ServedModel model)
    {
        var versions = Versions.ToImmutableDictionary(StringComparer.Ordinal);
        return workspace.Length == 0
            ? new ServedModels(0, ContentHash, new ModelSet(model.Model, Set.Own)) { Versions = versions, EveryonesVersion = model.Version }
            : new ServedModels(0, ContentHash, new ModelSet(Set.Everyones, Set.Own.Where(own => own.Key != workspace).Append(KeyValuePair.Create(workspace, model.Model))))
            {
                Versions = versions.SetItem(workspace, model.Version),
                EveryonesVersion = EveryonesVersion,
            };
    }

    /// <summary>A workspace's model, with the version that it has there.</summary>
    public ServedModel Of(string workspace) => new(VersionOf(workspace), Set.Of(workspace));

    /// <summary>The version of a workspace's model, as it counts.</summary>
    public uint VersionOf(string workspace) => Versions.GetValueOrDefault(workspace, EveryonesVersion);
}
