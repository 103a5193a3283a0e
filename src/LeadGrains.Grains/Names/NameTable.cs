using System.Text;
using LeadGrains.Grains.Residents;

namespace LeadGrains.Grains.Names;

/// <summary>
/// Companies' names of one partition: which accounts have each, and which contacts seek their account by it. Derived
/// from accounts' and contacts' own entries and never stored: a start fills it anew. One thread at a time.
/// </summary>
/// <remarks>
/// A name is known by two hashes, together 96 bits; nothing ever asks how it is written. One that a single account has,
/// which is nearly each, takes 20 bytes and 5 to 8 to find it by.
/// </remarks>
internal sealed class NameTable : ISlotHashes
{
    private const ulong OtherSeed = 0x6E61_6D65;

    private readonly Column<NameEntry> _entries = new();
    private readonly Dictionary<int, NameHolders> _shared = [];
    private readonly SeekerTable _seekers = new();
    private readonly SlotCells _cells;
    private readonly NodeKeys _keys;
    private int _slots;
    private int _freeAfter;

    /// <param name="keys">Has the accounts and contacts.</param>
    public NameTable(NodeKeys keys)
    {
        _keys = keys;
        _cells = new SlotCells(this);
    }

    /// <summary>How many names there are.</summary>
    public int Count => _cells.Count;

    /// <summary>The bytes that it takes, but for names that several accounts share.</summary>
    public long MemoryBytes => _entries.MemoryBytes + _cells.MemoryBytes + _seekers.MemoryBytes;

    /// <summary>A contact asks, and is told of every change from now on.</summary>
    /// <param name="contact">The contact.</param>
    /// <param name="key">The name, as <see cref="KeyOf"/> gives it.</param>
    /// <returns>The one account that has the name; empty where none or several have.</returns>
    public string Seek(KeyPlace contact, NameKey key)
    {
        var entry = FindOrAdd(key);
        _seekers.Add(entry, contact);
        return FoundBy(entry);
    }

    /// <summary>A contact seeks by it no more.</summary>
    /// <inheritdoc cref="Seek"/>
    public void Leave(KeyPlace contact, NameKey key)
    {
        var entry = Find(key);
        if (entry < 0)
            return;
        _seekers.Remove(entry, contact);
        Forget(entry);
    }

    /// <summary>An account has the name from now on, or has it no more.</summary>
    /// <param name="account">The account.</param>
    /// <param name="key">The name, as <see cref="KeyOf"/> gives it.</param>
    /// <param name="leadsTo">Whose id is found by it: who holds the domain that the account is named as; empty for the account itself; null where it has the name no more.</param>
    /// <param name="found">The one account that has the name; empty where none or several have.</param>
    /// <returns>The contacts to tell of <paramref name="found"/>; none where it is the same as before.</returns>
    public IReadOnlyList<KeyPlace> State(KeyPlace account, NameKey key, string? leadsTo, out string found)
    {
        var entry = FindOrAdd(key);
        var before = FoundBy(entry);
        Hold(entry, account, leadsTo);
        found = FoundBy(entry);
        var told = found == before ? [] : _seekers.Of(entry);
        Forget(entry);
        return told;
    }

    /// <summary>Names that accounts of a partition have, with the accounts. Looks at all names.</summary>
    public IEnumerable<(KeyPlace Account, NameKey Key)> HeldFrom(int partition)
    {
        for (var entry = 0; entry < _slots; entry++)
        {
            var name = _entries[entry];
            var key = new NameKey(name.First, name.Second);
            if (name.HolderAfter == NameEntry.Shared)
            {
                foreach (var account in _shared[entry].Places.Where(place => place.Partition == partition))
                    yield return (account, key);
            }
            else if (Find(key) == entry && name.Holder is { } account && account.Partition == partition)
            {
                yield return (account, key);
            }
        }
    }

    /// <summary>Whom a name leads to, and the contacts that seek by it.</summary>
    public (string Found, IReadOnlyList<KeyPlace> Contacts) Ask(NameKey key) =>
        Find(key) is >= 0 and var entry ? (FoundBy(entry), _seekers.Of(entry)) : ("", []);

    /// <summary>What a name is known by.</summary>
    /// <param name="workspace">Whose it is.</param>
    /// <param name="name">The normalised name.</param>
    public static NameKey KeyOf(string workspace, string name) => new(
        KeyHash.Of(new GrainKey(workspace, GrainKind.None, name)),
        (uint)StableHash.Of(KeyHash.Seed(workspace, GrainKind.None) ^ OtherSeed, Encoding.UTF8.GetBytes(name)));

    /// <inheritdoc/>
    public ulong HashOf(int slot) => _entries[slot].First;

    private int Find(NameKey key) => _cells.Find(key.First, new Key(_entries, key));

    private int FindOrAdd(NameKey key)
    {
        var entry = Find(key);
        if (entry >= 0)
            return entry;
        entry = _freeAfter - 1;
        if (entry >= 0)
        {
            _freeAfter = _entries[entry].HolderAfter;
        }
        else
        {
            entry = _slots++;
            _entries.EnsureCapacity(_slots);
        }

        _entries[entry] = new NameEntry { First = key.First, Second = key.Second };
        _cells.Add(key.First, entry);
        return entry;
    }

    private void Forget(int entry)
    {
        if (_entries[entry].HolderAfter != 0 || _seekers.Any(entry))
            return;
        _cells.Remove(_entries[entry].First, entry);
        _entries[entry] = new NameEntry { HolderAfter = _freeAfter };
        _freeAfter = entry + 1;
    }

    private void Hold(int entry, KeyPlace account, string? leadsTo)
    {
        ref var name = ref _entries[entry];
        if (name.HolderAfter == NameEntry.Shared)
        {
            var holders = _shared[entry];
            holders.Set(IdOf(account), account, leadsTo);
            if (!holders.IsPlain(out var only))
                return;
            _shared.Remove(entry);
            name.SetHolder(only);
            return;
        }

        var before = name.Holder;
        if (before == account && leadsTo is null)
            name.SetHolder(null);
        else if ((before is null || before == account) && leadsTo is { Length: 0 })
            name.SetHolder(account);
        else if (leadsTo is not null)
            Share(entry, before, account, leadsTo);
    }

    private void Share(int entry, KeyPlace? before, KeyPlace account, string leadsTo)
    {
        var holders = new NameHolders();
        if (before is { } other)
            holders.Set(IdOf(other), other, "");
        holders.Set(IdOf(account), account, leadsTo);
        _shared.Add(entry, holders);
        _entries[entry].HolderAfter = NameEntry.Shared;
    }

    private string FoundBy(int entry)
    {
        ref readonly var name = ref _entries[entry];
        if (name.HolderAfter == NameEntry.Shared)
            return _shared[entry].Found;
        return name.Holder is { } account ? IdOf(account) : "";
    }

    private string IdOf(KeyPlace account) => Encoding.UTF8.GetString(_keys.AccountsOf(account.Partition).IdOf(account.Slot));

    private readonly struct Key(Column<NameEntry> entries, NameKey key) : ISlotKey
    {
        public bool IsIn(int slot)
        {
            ref readonly var entry = ref entries[slot];
            return entry.First == key.First && entry.Second == key.Second;
        }
    }
}

/// <summary>What a name is known by.</summary>
/// <param name="First">The hash of its key, which leads to its partition.</param>
/// <param name="Second">Another hash of the same.</param>
internal readonly record struct NameKey(ulong First, uint Second);
