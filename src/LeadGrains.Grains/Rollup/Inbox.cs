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
            var slot = partition.Accounts.Keys.FindOrAdd(hash, contribution.Workspace, batch.AccountIdOf(i), out var added);
            if (added)
                partition.Admit(GrainKind.Account, slot);
            if (!contribution.IsWithdrawn && partition.Claimants.TryGetValue(slot, out var claimant))
            {
                delivery.Moved.Add((i, claimant));
                continue;
            }

            var before = partition.Accounts.Columns.LastSignalAt(slot);
            if (!partition.Contributions.Put(slot, contribution, batch.Landmarks, now, out var lostSignals))
                continue;
            _changed.Add((partition, slot));
            loop.Settlement.NoteActivity(
                partition, slot, before, contribution.Has(ContributionFlags.HasSignal) ? contribution.LastSignalAt : Instant.Min, lostSignals);
        }

        foreach (var (partition, slot) in _changed)
            loop.Settlement.LookAtAccount(partition, slot, now);
        _changed.Clear();
    }
}
