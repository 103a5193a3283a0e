using System.Runtime.InteropServices;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Rollup;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Stages;

/// <summary>
/// Proposes that an account woke up, from what its contacts and its own signals tell now: once for each account after
/// a start, then for those that may have. What is known to have happened is not proposed again, and what a crash kept
/// from being journalled still is.
/// </summary>
internal sealed class WakeUps(PartitionLoop loop, Proposals proposals)
{
    // Accounts and contributions that one step looks at.
    private const int PerStep = 4_096;

    private readonly TimeSpan _dormantAfter = loop.Node.Model.DormantAfter;
    private readonly List<(ActivityRun Run, Instant Last)> _parts = [];
    private readonly Queue<Partition> _complete = new();
    private int _slot;

    /// <summary>The partition's accounts have what their contacts contribute: each is looked at once.</summary>
    public void Complete(Partition partition) => _complete.Enqueue(partition);

    /// <summary>Looks at some; false where there is none to look at.</summary>
    public bool Run()
    {
        if (_dormantAfter == TimeSpan.MaxValue || proposals.IsFull)
            return false;
        var left = LookAtAll(PerStep);
        foreach (var partition in loop.Partitions)
        {
            while (left > 0 && partition.MayHaveWoken.TryTake(out var slot))
                left -= Look(partition, slot);
        }

        return left < PerStep;
    }

    private int LookAtAll(int atMost)
    {
        while (atMost > 0 && _complete.TryPeek(out var partition))
        {
            if (_slot < partition.Accounts.Keys.Slots && !partition.IsGone)
            {
                atMost -= Look(partition, _slot++);
                continue;
            }

            _complete.Dequeue();
            _slot = 0;
        }

        return atMost;
    }

    private int Look(Partition partition, int slot)
    {
        _parts.Clear();
        if (partition.IsKnownAccount(slot))
            Gather(partition, slot);
        var known = partition.WokeUp.GetValueOrDefault(slot, Instant.Min);
        if (AccountActivity.WakeUp(CollectionsMarshal.AsSpan(_parts), _dormantAfter) is { } run && run.BeganAt > known)
            proposals.ProposeWakeUp(partition, slot, run);
        return 1 + _parts.Count;
    }

    private void Gather(Partition partition, int slot)
    {
        var own = partition.Accounts.Columns.Own;
        if (own.OwnLastSignalAt(slot) is var last && last != Instant.Min)
            _parts.Add((own.RunOf(slot), last));
        for (var at = partition.Contributions.FirstOf(slot); at >= 0; at = partition.Contributions.NextOf(at))
        {
            var contribution = partition.Contributions[at];
            if (contribution.Has(ContributionFlags.HasSignal))
                _parts.Add((contribution.Run, contribution.LastSignalAt));
        }
    }
}
