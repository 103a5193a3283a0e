using LeadGrains.Grains.Residents;

namespace LeadGrains.Grains.Rollup;

/// <summary>
/// What ties the contacts of a partition to their accounts, by slot. It stays when a contact leaves memory, so that
/// what is owed can be sent without it. One record for each: all of it is read and written together.
/// </summary>
internal sealed class ContactLinks
{
    /// <summary>No account.</summary>
    public const int None = -1;

    private readonly Column<ContactLink> _links = new();

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

    public void EnsureSlots(int slots) => _links.EnsureCapacity(slots);
}
