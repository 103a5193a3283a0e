using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Residents;

namespace LeadGrains.Grains.Rollup;

/// <summary>
/// Where the accounts lie that contacts of a loop belong to, as far as the loop drives them itself: asked for every
/// contact that changes, so each is looked up by its id once only. Accounts never give their slot up.
/// </summary>
internal sealed class AccountPlaces(PartitionLoop loop)
{
    private Column<Place> _places = new();

    /// <summary>The bytes that they take.</summary>
    public long MemoryBytes => _places.MemoryBytes;

    /// <summary>Finds an account; adds it to its partition where nothing was known of it.</summary>
    /// <param name="contacts">The contact's partition.</param>
    /// <param name="accountRef">The account, as the loop's references number them.</param>
    /// <param name="account">Where it is.</param>
    /// <returns>False where another loop drives it.</returns>
    public bool TryFind(Partition contacts, int accountRef, out (Partition Partition, int Slot) account)
    {
        if (accountRef >= _places.Capacity)
            _places.EnsureCapacity(contacts.AccountRefs.Count);
        ref var place = ref _places[accountRef];
        if (place.SlotAfter == 0)
            place = Find(contacts.AccountRefs, accountRef);
        if (place.SlotAfter < 0)
        {
            account = default;
            return false;
        }

        account = (loop.Map[place.Partition], place.SlotAfter - 1);
        return true;
    }

    /// <summary>Partitions have come or gone: what was known of places may be wrong.</summary>
    public void Forget() => _places = new Column<Place>();

    private Place Find(AccountRefs references, int accountRef)
    {
        var hash = references.HashOf(accountRef);
        var index = loop.Map.IndexOf(hash);
        return loop.Map.Takes(index)
            ? new Place(index, Inbox.Place(loop.Map[index], hash, references.WorkspaceOf(accountRef), references.IdOf(accountRef)) + 1)
            : new Place(index, -1);
    }

    // The slot plus 1; 0 where it was never asked for, -1 where another loop has it.
    private readonly record struct Place(int Partition, int SlotAfter);
}
