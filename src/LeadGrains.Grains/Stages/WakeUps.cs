using System.Runtime.InteropServices;
using LeadGrains.Grains.Codecs;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Rollup;
using LeadGrains.Journal.V1;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Stages;

/// <summary>
/// Proposes that a contact woke up, as its own signals tell, and that an account did, from what its contacts and its own
/// signals tell now: once for each account after a start, then for those that may have. What is known to have happened is
/// not proposed again, and what a crash kept from being journalled still is.
/// </summary>
internal sealed class WakeUps(PartitionLoop loop, Proposals proposals)
{
    // Accounts and contributions that one step looks at.
    private const int PerStep = 4_096;

    private readonly List<(ActivityRun Run, Instant Last)> _parts = [];
    private readonly Queue<(Partition Partition, bool ByModel)> _complete = new();
    private int _slot;

    /// <summary>The partition's accounts have what their contacts contribute: each is looked at once.</summary>
    public void Complete(Partition partition, bool byModel) => _complete.Enqueue((partition, byModel));

    /// <summary>Looks at some; false where there is none to look at.</summary>
    public bool Run(Instant now)
    {
        if (!loop.Node.Models.HasDormancy || loop.Settlement.Duty != LoopDuty.Serve || proposals.IsFull)
            return false;
        var left = LookAtAll(PerStep, now);
        foreach (var partition in loop.Partitions)
        {
            while (left > 0 && partition.News.MayHaveWoken.TryTake(out var slot))
                left -= Look(partition, slot, now, silent: false);
            while (left > 0 && partition.Woken.TryTake(out var contact, out var run, out var byModel))
            {
                Propose(partition, GrainKind.Contact, contact, run, now, byModel && IsSilent(partition, GrainKind.Contact, contact));
                left--;
            }
        }

        return left < PerStep;
    }

    private bool IsSilent(Partition partition, GrainKind kind, int slot) =>
        loop.Node.IsSilent && loop.Node.IsRescored(partition.WorkspaceOf(kind, slot));

    private int LookAtAll(int atMost, Instant now)
    {
        while (atMost > 0 && _complete.TryPeek(out var next))
        {
            var partition = next.Partition;
            if (_slot < partition.Accounts.Keys.Slots && !partition.IsGone)
            {
                atMost -= Look(partition, _slot++, now, next.ByModel && IsSilent(partition, GrainKind.Account, _slot - 1));
                continue;
            }

            _complete.Dequeue();
            _slot = 0;
        }

        return atMost;
    }

    private int Look(Partition partition, int slot, Instant now, bool silent)
    {
        _parts.Clear();
        var dormantAfter = partition.Accounts.Columns.ModelOf(slot).DormantAfter;
        if (dormantAfter != TimeSpan.MaxValue && partition.IsKnownAccount(slot))
            Gather(partition, slot);
        var known = partition.News.WokeUp.GetValueOrDefault(slot, Instant.Min);
        if (AccountActivity.WakeUp(CollectionsMarshal.AsSpan(_parts), dormantAfter) is { } run && run.BeganAt > known)
            Propose(partition, GrainKind.Account, slot, run, now, silent);
        return 1 + _parts.Count;
    }

    private void Propose(Partition partition, GrainKind kind, int slot, ActivityRun run, Instant now, bool silent) =>
        proposals.ProposeWakeUp(partition, kind, slot, new Reactivated
        {
            AtTicks = run.BeganAt.Ticks,
            DormantSinceTicks = run.DormantSince.Ticks,
            Silent = silent,
            Score = ScoreCodec.Of(partition.FormulaAt(kind, now).ScoreOf(slot), now, loop.Node.Served.VersionOf(partition.WorkspaceOf(kind, slot))),
        });

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
