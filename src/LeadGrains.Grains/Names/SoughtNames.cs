namespace LeadGrains.Grains.Names;

/// <summary>
/// Contacts of a partition whose account is sought by their company's name. It stays when a contact leaves memory, so
/// that it can be told of an account without being fetched.
/// </summary>
internal sealed class SoughtNames
{
    private readonly Dictionary<int, SoughtName> _bySlot = [];

    /// <summary>Their slots.</summary>
    public IEnumerable<int> Slots => _bySlot.Keys;

    /// <summary>What a contact is sought by; null where it is not.</summary>
    public SoughtName? Find(int slot) => _bySlot.Count == 0 ? null : _bySlot.GetValueOrDefault(slot);

    /// <summary>Puts down what a contact is sought by from now on; an empty name for nothing.</summary>
    /// <returns>The name before, where it was another; null where there is none to leave.</returns>
    public string? Replace(int slot, string name)
    {
        var before = Find(slot)?.Name;
        if (name.Length == 0)
            _bySlot.Remove(slot);
        else if (before != name)
            _bySlot[slot] = new SoughtName(name);
        return before == name ? null : before;
    }
}

/// <summary>A normalised name by which a contact's account is sought.</summary>
internal sealed class SoughtName(string name)
{
    public string Name => name;

    /// <summary>The contact's version that asked, while the answer has not come or not been followed; else 0.</summary>
    public long Version { get; set; }
}
