using LeadGrains.Grains.Ranking;

namespace LeadGrains.Grains.Partitions;

/// <summary>
/// Contacts of a partition that were merged into another one or erased, by slot. A contact leads on from the moment that its
/// merge has a sequence, so that no later signal is journalled in its history, where nobody would look for it.
/// </summary>
internal sealed class ContactRedirects(RankColumns contacts)
{
    /// <summary>Where a contact leads that was erased: what comes for it is refused.</summary>
    public const string Nobody = "";

    private readonly Dictionary<int, string> _into = [];
    private readonly HashSet<int> _pending = [];

    // Who was let go of may be many.
    private readonly HashSet<int> _mayReturn = [];

    public int Count => _into.Count + _mayReturn.Count;

    /// <summary>Contacts whose signals have not all arrived where they lead.</summary>
    public IReadOnlyCollection<int> Pending => _pending;

    /// <summary>Whether a contact leads on; asked for every signal.</summary>
    public bool Leads(int slot) => Count > 0 && contacts.Has(slot, RankFlags.Redirect);

    /// <summary>Whether a contact was erased.</summary>
    public bool IsErased(int slot) => Find(slot) == Nobody;

    /// <summary>A contact leads nowhere from here on.</summary>
    /// <param name="slot">The contact's.</param>
    /// <param name="mayReturn">Until something comes for it, which begins it anew.</param>
    public void Erase(int slot, bool mayReturn)
    {
        if (mayReturn)
        {
            _into.Remove(slot);
            _mayReturn.Add(slot);
            contacts.SetFlags(slot, RankFlags.Redirect, on: true);
        }
        else
        {
            Add(slot, Nobody, pending: false);
        }

        _pending.Remove(slot);
    }

    /// <summary>Whether a contact was let go of, and nothing has come for it since.</summary>
    public bool MayReturn(int slot) => _mayReturn.Count > 0 && _mayReturn.Contains(slot);

    /// <summary>Something came for a contact that was let go of: it is one that nobody has heard of before.</summary>
    public void Return(int slot)
    {
        _mayReturn.Remove(slot);
        contacts.SetFlags(slot, RankFlags.Redirect, on: false);
        contacts.LastSequence[slot] = 0;
    }

    /// <summary>The contact that one leads to, <see cref="Nobody"/> where it was erased; null where it does not lead on.</summary>
    public string? Find(int slot) => MayReturn(slot) ? Nobody : _into.GetValueOrDefault(slot);

    public void Add(int slot, string into, bool pending)
    {
        _into[slot] = into;
        contacts.SetFlags(slot, RankFlags.Redirect, on: true);
        if (pending)
            _pending.Add(slot);
    }

    /// <summary>What a contact had has not all arrived where it leads.</summary>
    public bool IsPending(int slot) => _pending.Contains(slot);

    public void Finish(int slot) => _pending.Remove(slot);
}
