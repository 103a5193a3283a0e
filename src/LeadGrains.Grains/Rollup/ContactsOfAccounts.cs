using LeadGrains.Grains.Partitions;

namespace LeadGrains.Grains.Rollup;

/// <summary>Which contacts belong to accounts of some partitions.</summary>
internal readonly struct ContactsOfAccounts
{
    private readonly PartitionMap _map;
    private readonly IReadOnlySet<int> _accounts;

    /// <param name="map">Of the loop.</param>
    /// <param name="accounts">The accounts' partitions.</param>
    public ContactsOfAccounts(PartitionMap map, IReadOnlySet<int> accounts)
    {
        _map = map;
        _accounts = accounts;
    }

    /// <summary>The account is of one of the partitions.</summary>
    public bool Has(Partition contacts, int accountRef) => _accounts.Contains(_map.IndexOf(contacts.AccountRefs.HashOf(accountRef)));

    /// <summary>The slots of the contacts of a partition. Looks at all of them.</summary>
    public IEnumerable<int> In(Partition contacts)
    {
        for (var slot = 0; slot < contacts.Contacts.Keys.Slots; slot++)
        {
            if (contacts.Links.AccountOf(slot) is >= 0 and var account && Has(contacts, account))
                yield return slot;
        }
    }
}
