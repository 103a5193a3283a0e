using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Requests;
using LeadGrains.Grains.Stages;

namespace LeadGrains.Grains.Rollup;

/// <summary>Contacts that follow a claimed domain to the account that claimed it.</summary>
internal sealed class MoveProposals(PartitionLoop loop)
{
    /// <summary>False where the contact knows of the claim already, and stays.</summary>
    public bool TryPropose(in Source source, string claimant) =>
        loop.Proposals.TryProposeMove(source.Partition, source.Slot, source.AccountRef, claimant);

    /// <summary>
    /// Tells contacts that contribute to the account, in any lane: as many as a turn takes. The sweep tells the others.
    /// </summary>
    public void Tell(Partition partition, int accountSlot, string claimant)
    {
        var from = partition.IdOf(GrainKind.Account, accountSlot);
        var contacts = partition.ContributorsOf(accountSlot, Proposals.PerTurn).GroupBy(loop.Map.LaneOf);
        foreach (var lane in contacts)
            loop.Node.Router.TryPost(lane.Key, new FollowClaim([.. lane], from, claimant));
    }
}
