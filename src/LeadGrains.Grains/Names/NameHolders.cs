using LeadGrains.Grains.Residents;

namespace LeadGrains.Grains.Names;

/// <summary>The accounts that share a name, and whom each leads to.</summary>
internal sealed class NameHolders
{
    private readonly Dictionary<string, Holder> _accounts = new(StringComparer.Ordinal);

    /// <summary>The one account that all lead to; empty where there is none. Two companies of one name cannot be told apart by it.</summary>
    public string Found
    {
        get
        {
            var found = "";
            foreach (var account in _accounts.Keys)
            {
                var end = EndOf(account);
                if (found.Length > 0 && end != found)
                    return "";
                found = end;
            }

            return found;
        }
    }

    /// <summary>The accounts' places.</summary>
    public IEnumerable<KeyPlace> Places => _accounts.Values.Select(holder => holder.Place);

    /// <summary>An account has the name from now on, or has it no more.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="place">Its place.</param>
    /// <param name="leadsTo">Whom it leads to; empty for itself, null where it has the name no more.</param>
    public void Set(string id, KeyPlace place, string? leadsTo)
    {
        if (leadsTo is null)
            _accounts.Remove(id);
        else
            _accounts[id] = new Holder(place, leadsTo.Length > 0 ? leadsTo : id);
    }

    /// <summary>At most one is left, which leads to itself.</summary>
    /// <param name="only">It; null where none is left.</param>
    public bool IsPlain(out KeyPlace? only)
    {
        only = null;
        if (_accounts.Count > 1)
            return false;
        foreach (var (id, holder) in _accounts)
        {
            only = holder.Place;
            return holder.LeadsTo == id;
        }

        return true;
    }

    // Who claimed a domain may be named as one that another has claimed. A circle has no end: each of it stays.
    private string EndOf(string account)
    {
        for (var hops = 0; hops < _accounts.Count && _accounts.TryGetValue(account, out var holder) && holder.LeadsTo != account; hops++)
            account = holder.LeadsTo;
        return account;
    }

    private readonly record struct Holder(KeyPlace Place, string LeadsTo);
}
