using LeadGrains.Grains.Partitions;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Rollup;

/// <summary>
/// Takes contributions in for the accounts of a loop. Absolute and versioned, they may come twice or in any order.
/// </summary>
internal sealed class Inbox(PartitionLoop loop)
{
    private readonly List<(Partition Partition, int Slot)> _changed = [];

    public void Receive(Delivery delivery)
    {
        var now = loop.Node.Now();
        loop.FollowClock(now);
        var batch = delivery.Batch;
        for (var i = 0; i < batch.Count; i++)
        {
            var contribution = batch[i];
            var hash = batch.AccountHashOf(i);
            var partition = loop.Map[loop.Map.IndexOf(hash)];
            var slot = Place(partition, hash, batch.WorkspaceOf(i), batch.AccountIdOf(i));
            if (!contribution.IsWithdrawn && partition.Claimants.TryGetValue(slot, out var claimant))
            {
                delivery.Moved.Add((i, claimant));
                continue;
            }

            if (Take(partition, slot, contribution, batch.Landmarks, now) >= 0)
                _changed.Add((partition, slot));
        }

        foreach (var (partition, slot) in _changed)
            loop.Settlement.LookAtAccount(partition, slot, now);
        _changed.Clear();
    }

    /// <summary>The slot of an account of this loop, a new one where nothing was known of it.</summary>
    public static int Place(Partition partition, ulong hash, ushort workspace, ReadOnlySpan<byte> id)
    {
        var slot = partition.Accounts.Keys.FindOrAdd(hash, workspace, id, out var added);
        if (added)
            partition.Admit(GrainKind.Account, slot);
        return slot;
    }

    /// <summary>Takes one contribution in. The account's stages are to be looked at afterwards.</summary>
    /// <param name="partition">The account's.</param>
    /// <param name="slot">The account.</param>
    /// <param name="contribution">What came.</param>
    /// <param name="landmarks">What its sums are relative to.</param>
    /// <param name="now">When it came.</param>
    /// <param name="held">Where the contact's contribution to this account is held; -1 where that is not known.</param>
    /// <returns>Where it is held; -1 where as new a one was held already.</returns>
    public int Take(
        Partition partition, int slot, in Contribution contribution, ReadOnlySpan<Landmark> landmarks, Instant now, int held = -1)
    {
        var before = partition.Accounts.Columns.LastSignalAt(slot);
        var taken = partition.Contributions.Put(slot, contribution, landmarks, now, out var lostSignals, held);
        if (taken < 0)
            return taken;
        loop.Settlement.NoteActivity(
            partition, slot, before, contribution.Has(ContributionFlags.HasSignal) ? contribution.LastSignalAt : Instant.Min, lostSignals);
        return taken;
    }
}
