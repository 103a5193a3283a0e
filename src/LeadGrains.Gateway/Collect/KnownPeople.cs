using LeadGrains.Grains;

namespace LeadGrains.Gateway.Collect;

/// <summary>
/// Which ids the grains are known to hold as people's, so that not every message tells them again: hashes of the newest.
/// One that is forgotten is told once more. Safe for many threads.
/// </summary>
internal sealed class KnownPeople
{
    private const int PerGeneration = 65_536;

    private readonly Lock _gate = new();
    private HashSet<ulong> _young = [];
    private HashSet<ulong> _old = [];

    public bool Contains(string workspace, string id)
    {
        var hash = HashOf(workspace, id);
        lock (_gate)
            return _young.Contains(hash) || _old.Contains(hash);
    }

    public void Add(string workspace, string id)
    {
        lock (_gate)
        {
            if (_young.Count >= PerGeneration)
                (_old, _young) = (_young, []);
            _young.Add(HashOf(workspace, id));
        }
    }

    private static ulong HashOf(string workspace, string id) => KeyHash.Of(new GrainKey(workspace, GrainKind.Contact, id));
}
