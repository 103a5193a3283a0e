using System.Runtime.InteropServices;
using LeadGrains.Grains.Partitions;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Rollup;

/// <summary>
/// Brings what contacts contribute to accounts of their own loop, in the turn that changed them: no message, nothing
/// copied, nothing owed in between. Whatever is not plain, as an account claimed by another or a contribution still
/// under way, goes by the outbox.
/// </summary>
internal sealed class OwnRollup(PartitionLoop loop)
{
    // How many contributions ahead the processor fetches their days.
    private const int DaysAhead = 4;

    private readonly AccountPlaces _accounts = new(loop);
    private readonly List<Item> _items = [];
    private readonly double[] _sums = new double[loop.Node.Models.Set.Columns.Length];

    /// <summary>The bytes that the places of accounts take.</summary>
    public long MemoryBytes => _accounts.MemoryBytes;

    /// <summary>Partitions have come or gone.</summary>
    public void Forget() => _accounts.Forget();

    /// <summary>Takes a contact that owes its account something; <see cref="Run"/> brings it.</summary>
    /// <returns>False where it has to be sent.</returns>
    public bool TryTake(Partition partition, int slot, long version)
    {
        ref var link = ref partition.Links[slot];
        if (partition.Links.StateOf(slot) != OwedState.Nothing || !_accounts.TryFind(partition, link.AccountAfter - 1, out var account)
            || account.Partition.Claimants.ContainsKey(account.Slot))
        {
            return false;
        }

        _items.Add(new Item(partition, slot, version, account.Partition, account.Slot));
        account.Partition.Contributions.Fetch(account.Slot, link.ContributionAfter - 1);
        return true;
    }

    /// <summary>Brings what was taken.</summary>
    /// <param name="now">The clock.</param>
    /// <param name="outbox">Sends what cannot be brought after all: the account has been claimed since.</param>
    public void Run(Instant now, Outbox outbox)
    {
        if (_items.Count == 0)
            return;
        var items = CollectionsMarshal.AsSpan(_items);
        for (var i = 0; i < items.Length; i++)
        {
            if (i + DaysAhead < items.Length)
                FetchDays(items[i + DaysAhead]);
            if (items[i].Account.Claimants.ContainsKey(items[i].AccountSlot))
                outbox.Send(items[i].Partition, items[i].Slot, items[i].Version);
            else
                Bring(items[i], now);
        }

        foreach (ref readonly var item in items)
            loop.Settlement.LookAtAccount(item.Account, item.AccountSlot, now);
        loop.Node.Meters.ContributionsSent(_items.Count);
        _items.Clear();
    }

    private static void FetchDays(in Item item) =>
        item.Account.Contributions.FetchDays(item.AccountSlot, item.Partition.Links[item.Slot].ContributionAfter - 1);

    private void Bring(in Item item, Instant now)
    {
        ref var link = ref item.Partition.Links[item.Slot];
        var held = link.ContributionAfter - 1;
        if (!item.Account.Contributions.IsHeld(held, item.AccountSlot))
            held = -1;
        var landmarks = item.Partition.Contacts.Columns.Sums.Landmarks;
        var contribution = OwedContribution.Of(item.Partition, item.Slot, item.Version, landmarks, _sums);
        if (held < 0 && item.Account.Keys.AreKept)
            contribution = contribution with { Contact = item.Account.Keys.Keep(item.Partition.Contacts.Keys, item.Partition.Index, item.Slot) };
        link.ContributionAfter = 1 + loop.Inbox.Take(item.Account, item.AccountSlot, contribution, landmarks, now, held);
        item.Partition.Links.Settle(item.Slot);
    }

    private readonly record struct Item(Partition Partition, int Slot, long Version, Partition Account, int AccountSlot);
}
