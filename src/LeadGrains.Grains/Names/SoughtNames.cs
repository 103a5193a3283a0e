using System.Runtime.InteropServices;
using System.Text;
using LeadGrains.Grains.Residents;

namespace LeadGrains.Grains.Names;

/// <summary>
/// Contacts of a partition whose account is sought by their company's normalised name. It stays when a contact leaves
/// memory, so that it can be told of an account without being fetched. One thread at a time.
/// </summary>
internal sealed class SoughtNames
{
    private readonly Dictionary<int, Sought> _bySlot = [];
    private readonly IdArena _texts = new();

    /// <summary>The bytes that names take.</summary>
    public long MemoryBytes => _texts.MemoryBytes;

    /// <summary>Their slots.</summary>
    public IEnumerable<int> Slots => _bySlot.Keys;

    /// <summary>What a contact is sought by; null where it is not.</summary>
    public string? NameOf(int slot) =>
        _bySlot.Count > 0 && _bySlot.TryGetValue(slot, out var sought) ? Encoding.UTF8.GetString(_texts.Get(sought.Text)) : null;

    /// <summary>The contact's version that asked, while the answer has not come or not been followed; else 0.</summary>
    public long VersionOf(int slot) => _bySlot.Count == 0 ? 0 : _bySlot.GetValueOrDefault(slot).Version;

    /// <summary>Replaces <see cref="VersionOf"/> of a contact that is sought.</summary>
    public void SetVersion(int slot, long version) => CollectionsMarshal.GetValueRefOrNullRef(_bySlot, slot).Version = version;

    /// <summary>Puts down what a contact is sought by from now on; an empty name for nothing.</summary>
    /// <returns>The name before, where it was another; null where there is none to leave.</returns>
    public string? Replace(int slot, string name)
    {
        var before = NameOf(slot);
        if (before == name)
            return null;
        if (_bySlot.Remove(slot, out var old))
            _texts.Free(old.Text);
        if (name.Length > 0)
            _bySlot[slot] = new Sought { Text = _texts.Add(Encoding.UTF8.GetBytes(name)) };
        return before;
    }

    private struct Sought
    {
        public uint Text;
        public long Version;
    }
}
