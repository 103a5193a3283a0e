using System.Diagnostics.CodeAnalysis;

namespace LeadGrains.Grains.Rollup;

/// <summary>Accounts that a partition's contacts have left, by contact, until they have been told. One thread at a time.</summary>
internal sealed class FormerAccounts
{
    private readonly Dictionary<int, List<FormerAccount>> _bySlot = [];

    /// <summary>Those of a contact; none where there is no list.</summary>
    public bool TryGetValue(int contactSlot, [NotNullWhen(true)] out List<FormerAccount>? former) =>
        _bySlot.TryGetValue(contactSlot, out former);

    /// <summary>All of them, with the contacts' slots.</summary>
    public IEnumerable<(int Slot, FormerAccount Account)> All =>
        _bySlot.SelectMany(contact => contact.Value.Select(account => (contact.Key, account)));

    public void Add(int contactSlot, FormerAccount account)
    {
        if (!_bySlot.TryGetValue(contactSlot, out var former))
            _bySlot.Add(contactSlot, former = []);
        former.Add(account);
    }

    /// <summary>An account has nothing to be told any more.</summary>
    /// <param name="contactSlot">The contact.</param>
    /// <param name="reference">The account.</param>
    /// <param name="version">Only what was owed with this version; null for whatever is owed.</param>
    public void Forget(int contactSlot, int reference, long? version = null)
    {
        if (!_bySlot.TryGetValue(contactSlot, out var former))
            return;
        for (var at = former.Count - 1; at >= 0; at--)
        {
            if (former[at].AccountRef == reference && (version is null || former[at].Version == version))
                former.RemoveAt(at);
        }

        if (former.Count == 0)
            _bySlot.Remove(contactSlot);
    }
}
