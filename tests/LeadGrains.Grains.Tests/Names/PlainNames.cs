using LeadGrains.Grains.Residents;

namespace LeadGrains.Grains.Tests.Names;

/// <summary>What a table of names is to do, written down without any care for memory.</summary>
internal sealed class PlainNames
{
    private readonly Dictionary<string, (Dictionary<string, string> Accounts, HashSet<KeyPlace> Contacts)> _names = [];

    public int Count => _names.Count;

    public string Seek(KeyPlace contact, string name)
    {
        var entry = At(name);
        entry.Contacts.Add(contact);
        return Found(entry.Accounts);
    }

    public void Leave(KeyPlace contact, string name)
    {
        At(name).Contacts.Remove(contact);
        Forget(name);
    }

    public IReadOnlyCollection<KeyPlace> State(string account, string name, string? leadsTo, out string found)
    {
        var entry = At(name);
        var before = Found(entry.Accounts);
        if (leadsTo is null)
            entry.Accounts.Remove(account);
        else
            entry.Accounts[account] = leadsTo;
        found = Found(entry.Accounts);
        Forget(name);
        return found == before ? [] : entry.Contacts;
    }

    private static string Found(Dictionary<string, string> accounts)
    {
        var ends = accounts.Keys.Select(account => EndOf(accounts, account)).Distinct().ToList();
        return ends.Count == 1 ? ends[0] : "";
    }

    private static string EndOf(Dictionary<string, string> accounts, string account)
    {
        for (var hops = 0; hops < accounts.Count && accounts.TryGetValue(account, out var next) && next != account; hops++)
            account = next;
        return account;
    }

    private (Dictionary<string, string> Accounts, HashSet<KeyPlace> Contacts) At(string name)
    {
        if (!_names.TryGetValue(name, out var entry))
            _names.Add(name, entry = ([], []));
        return entry;
    }

    private void Forget(string name)
    {
        if (_names[name].Accounts.Count == 0 && _names[name].Contacts.Count == 0)
            _names.Remove(name);
    }
}
