namespace LeadGrains.Grains.Names;

/// <summary>
/// Companies' names of one partition: which accounts have each, and which contacts seek their account by it. Derived
/// from accounts' and contacts' own entries and never stored: a start fills it anew. One thread at a time.
/// </summary>
internal sealed class NameTable
{
    private readonly Dictionary<(string Workspace, string Name), CompanyEntry> _entries = [];

    /// <summary>A contact asks, and is told of every change from now on.</summary>
    /// <returns>The one account that has the name; empty where none or several have.</returns>
    public string Seek(GrainKey contact, string name)
    {
        var entry = At(contact.Workspace, name);
        entry.Contacts.Add(contact);
        return entry.Account;
    }

    /// <summary>A contact seeks by it no more.</summary>
    public void Leave(GrainKey contact, string name)
    {
        if (!_entries.TryGetValue((contact.Workspace, name), out var entry))
            return;
        entry.Contacts.Remove(contact);
        Forget(contact.Workspace, name, entry);
    }

    /// <summary>An account has the name from now on, or has it no more.</summary>
    /// <param name="account">The account.</param>
    /// <param name="name">The normalised name.</param>
    /// <param name="leadsTo">Who is found by it: the account, or who holds the domain that it is named as; empty where it has the name no more.</param>
    /// <param name="found">The one account that has the name; empty where none or several have.</param>
    /// <returns>The contacts to tell of <paramref name="found"/>; none where it is the same as before.</returns>
    public IReadOnlyCollection<GrainKey> State(GrainKey account, string name, string leadsTo, out string found)
    {
        var entry = At(account.Workspace, name);
        var before = entry.Account;
        if (leadsTo.Length > 0)
            entry.Accounts[account.Id] = leadsTo;
        else
            entry.Accounts.Remove(account.Id);
        found = entry.Account;
        Forget(account.Workspace, name, entry);
        return found == before ? [] : entry.Contacts;
    }

    private CompanyEntry At(string workspace, string name)
    {
        if (!_entries.TryGetValue((workspace, name), out var entry))
            _entries.Add((workspace, name), entry = new CompanyEntry());
        return entry;
    }

    private void Forget(string workspace, string name, CompanyEntry entry)
    {
        if (entry.Accounts.Count == 0 && entry.Contacts.Count == 0)
            _entries.Remove((workspace, name));
    }

    private sealed class CompanyEntry
    {
        /// <summary>Who has the name, and whom it leads to.</summary>
        public Dictionary<string, string> Accounts { get; } = new(0, StringComparer.Ordinal);

        public HashSet<GrainKey> Contacts { get; } = [];

        // Two companies of one name cannot be told apart by it.
        public string Account
        {
            get
            {
                var found = "";
                foreach (var leadsTo in Accounts.Values)
                {
                    var account = EndOf(leadsTo);
                    if (found.Length > 0 && account != found)
                        return "";
                    found = account;
                }

                return found;
            }
        }

        // Who claimed a domain may be named as one that another has claimed. A circle has no end: each of it stays.
        private string EndOf(string account)
        {
            for (var hops = 0; hops < Accounts.Count && Accounts.TryGetValue(account, out var leadsTo) && leadsTo != account; hops++)
                account = leadsTo;
            return account;
        }
    }
}
