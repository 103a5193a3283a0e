using System.Collections.Immutable;

namespace LeadGrains.Grains.Following;

/// <summary>The one follower that scores the grains of all workspaces which have a shadow model. Safe for many threads.</summary>
internal sealed class SharedShadow
{
    private static readonly ImmutableDictionary<string, ServedModel> Nobody = ImmutableDictionary.Create<string, ServedModel>(StringComparer.Ordinal);

    private readonly Lock _gate = new();
    private volatile State? _state;

    /// <summary>The follower; null where there is none.</summary>
    public ShadowFollower? Follower => _state?.Follower;

    /// <summary>The workspace's shadow; null where it has none, or where the follower has failed.</summary>
    public ServedModel? ModelOf(string workspace) => _state is { Follower.IsAlive: true } state ? state.Models.GetValueOrDefault(workspace) : null;

    /// <summary>The shadows of the other workspaces.</summary>
    public ImmutableDictionary<string, ServedModel> ModelsBeside(string workspace) =>
        _state is { Follower.IsAlive: true } state ? state.Models.Remove(workspace) : Nobody;

    /// <summary>Another follower takes over, for a workspace and for those that still have a shadow. Gives the one before.</summary>
    public ShadowFollower? Replace(ShadowFollower follower, ImmutableDictionary<string, ServedModel> models, string workspace)
    {
        lock (_gate)
        {
            var former = _state;
            var ended = models.Keys.Where(other => other != workspace && former?.Models.ContainsKey(other) != true);
            _state = new State(follower, models.RemoveRange(ended));
            return former?.Follower;
        }
    }

    /// <summary>The workspace has no shadow any more; false where it had none.</summary>
    /// <param name="workspace">Which.</param>
    /// <param name="unused">The follower, where nobody has a shadow any more.</param>
    public bool Remove(string workspace, out ShadowFollower? unused)
    {
        lock (_gate)
        {
            unused = null;
            if (_state is not { } state || !state.Models.ContainsKey(workspace))
                return false;
            var left = state.Models.Remove(workspace);
            unused = left.IsEmpty ? state.Follower : null;
            _state = left.IsEmpty ? null : state with { Models = left };
            return true;
        }
    }

    /// <summary>Nobody has a shadow any more. Gives the follower.</summary>
    public ShadowFollower? Take()
    {
        lock (_gate)
        {
            var former = _state;
            _state = null;
            return former?.Follower;
        }
    }

    /// <summary>The same, where that is still the follower.</summary>
    public bool TryTake(ShadowFollower follower)
    {
        lock (_gate)
        {
            if (_state?.Follower != follower)
                return false;
            _state = null;
            return true;
        }
    }

    private sealed record State(ShadowFollower Follower, ImmutableDictionary<string, ServedModel> Models);
}
