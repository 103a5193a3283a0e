using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Requests;
using LeadGrains.Grains.Stages;

namespace LeadGrains.Grains.Rollup;

/// <summary>Contacts that follow a claimed domain to the account that claimed it.</summary>
internal sealed class MoveProposals(PartitionLoop loop)
{
    // While the loop follows, another one proposes them; what it did not come to is proposed when this one serves.
    private readonly Dictionary<(Partition Partition, int Slot), (int AccountRef, string Claimant)> _held = [];

    /// <summary>False where the contact knows of the claim already, and stays.</summary>
    public bool TryPropose(in Source source, string claimant)
    {
        if (loop.Settlement.Duty == LoopDuty.Serve)
            return loop.Proposals.TryProposeMove(source.Partition, source.Slot, source.AccountRef, claimant);
        _held[(source.Partition, source.Slot)] = (source.AccountRef, claimant);
        return true;
    }

    /// <summary>Proposes what was held back, of contacts that have not moved since.</summary>
    public void ProposeHeld()
    {
        foreach (var ((partition, slot), (account, claimant)) in _held)
        {
            if (partition.Links.AccountOf(slot) == account)
                loop.Proposals.TryProposeMove(partition, slot, account, claimant);
        }

        _held.Clear();
    }

    /// <summary>
    /// Tells contacts that contribute to the account, in any lane: as many as a turn takes. The sweep tells the others.
    /// </summary>
    public void Tell(Partition partition, int accountSlot, string claimant)
    {
        var from = partition.IdOf(GrainKind.Account, accountSlot);
        var contacts = partition.ContributorsOf(accountSlot, Proposals.PerTurn).GroupBy(loop.Map.LaneOf);
        foreach (var lane in contacts)
            loop.Node.Router.TrySend(lane.Key, new FollowClaim([.. lane], from, claimant));
    }
}
