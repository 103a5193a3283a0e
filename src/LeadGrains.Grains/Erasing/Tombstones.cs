using System.Text;

namespace LeadGrains.Grains.Erasing;

/// <summary>
/// The ids that were erased, so that what comes late of them does not bring them back. Asked only for a key that nobody
/// knows: a known one has a slot, which says where it leads. For many threads.
/// </summary>
internal sealed class Tombstones
{
    private readonly Lock _gate = new();
    private readonly HashSet<Tombstone> _all = [];
    private byte[] _secret = [];
    private volatile bool _any;

    /// <summary>How many there are, of 16 bytes each.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
                return _all.Count;
        }
    }

    /// <summary>Of an id of a contact. Only after the secret is known.</summary>
    public Tombstone Of(string workspace, string contactId) => Of(workspace, Encoding.UTF8.GetBytes(contactId));

    /// <summary>Whether an id was erased.</summary>
    public bool Hold(string workspace, ReadOnlySpan<byte> contactId)
    {
        if (!_any)
            return false;
        var tombstone = Of(workspace, contactId);
        lock (_gate)
            return _all.Contains(tombstone);
    }

    /// <summary>Takes the store's secret, which never changes.</summary>
    public void TakeSecret(ReadOnlyMemory<byte> secret) => _secret = secret.ToArray();

    public void Add(IEnumerable<Tombstone> tombstones)
    {
        lock (_gate)
        {
            _all.UnionWith(tombstones);
            _any = _all.Count > 0;
        }
    }

    private Tombstone Of(string workspace, ReadOnlySpan<byte> contactId) =>
        _secret.Length > 0
            ? Tombstone.Of(_secret, workspace, GrainKind.Contact, contactId)
            : throw new InvalidOperationException("The store's secret has not been read.");
}
