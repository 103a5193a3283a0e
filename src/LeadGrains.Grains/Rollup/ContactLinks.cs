using LeadGrains.Grains.Residents;

namespace LeadGrains.Grains.Rollup;

/// <summary>
/// What ties the contacts of a partition to their accounts, by slot: 16 bytes for each, which stay when a contact leaves
/// memory. What is owed stays until the account has it, so that it can be sent without the contact; where accounts may come
/// to another owner it stays for good. One thread at a time.
/// </summary>
internal sealed class ContactLinks
{
    /// <summary>No account.</summary>
    public const int None = -1;

    private readonly Column<ContactLink> _links = new();
    private readonly OwedPlaces _owed = new();
    private readonly WeightCodes _weights = new();

    private readonly bool _keepsTerms;

    /// <param name="keepsTerms">What was told once may have to be told again.</param>
    public ContactLinks(bool keepsTerms)
    {
        _keepsTerms = keepsTerms;
        // Code 0 is what a link has that was never written to.
        _weights.CodeOf(0);
    }

    /// <summary>The bytes that they take, without what is owed.</summary>
    public long MemoryBytes => _links.MemoryBytes;

    /// <summary>Bytes held for what is owed.</summary>
    public long OwedBytes => _owed.MemoryBytes;

    /// <summary>A contact's link; good until there are more slots.</summary>
    public ref ContactLink this[int slot] => ref _links[slot];

    public int AccountOf(int slot) => _links[slot].AccountAfter - 1;

    public void SetAccount(int slot, int accountRef)
    {
        ref var link = ref _links[slot];
        if (link.AccountAfter == accountRef + 1)
            return;
        link.AccountAfter = accountRef + 1;
        link.ContributionAfter = 0;
    }

    /// <summary>The weight of the contact's role.</summary>
    public double WeightOf(int slot) => _weights[_links[slot].Weight];

    /// <summary>Replaces the contact's role.</summary>
    /// <param name="slot">The contact.</param>
    /// <param name="weight">The role's weight.</param>
    /// <param name="role">Its place among the model's; -1 for none.</param>
    public void SetRole(int slot, double weight, int role)
    {
        ref var link = ref _links[slot];
        link.Weight = _weights.CodeOf(weight);
        link.Role = (byte)(role + 1);
    }

    /// <summary>What the account is to be told; a new one of nothing where there was none. Good until the next one.</summary>
    public ref OwedTerms Terms(int slot)
    {
        ref var link = ref _links[slot];
        if (link.OwedAfter == 0)
            link.OwedAfter = _owed.Take() + 1;
        return ref _owed[link.OwedAfter - 1];
    }

    /// <summary>Where the newest version is on its way.</summary>
    public OwedState StateOf(int slot) => _links[slot].OwedAfter is not 0 and var after ? _owed[after - 1].State : OwedState.Nothing;

    /// <summary>The version that the account has not acknowledged; 0 where it has all.</summary>
    public long VersionOf(int slot) => _links[slot].OwedAfter is not 0 and var after ? _owed[after - 1].Version : 0;

    /// <summary>The account has been told all, or there is none to tell.</summary>
    public void Settle(int slot)
    {
        ref var link = ref _links[slot];
        if (link.OwedAfter == 0)
            return;
        if (_keepsTerms)
        {
            ref var terms = ref _owed[link.OwedAfter - 1];
            (terms.Version, terms.State) = (0, OwedState.Nothing);
            return;
        }

        _owed.Free(link.OwedAfter - 1);
        link.OwedAfter = 0;
    }

    public void EnsureSlots(int slots) => _links.EnsureCapacity(slots);
}
