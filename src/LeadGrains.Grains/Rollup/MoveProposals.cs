using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Requests;

namespace LeadGrains.Grains.Rollup;

/// <summary>Contacts that follow a claimed domain to the account that claimed it.</summary>
internal sealed class MoveProposals(PartitionLoop loop)
{
    /// <summary>False where the contact knows of the claim already, and stays.</summary>
    public bool TryPropose(in Source source, string claimant)
    {
        var from = System.Text.Encoding.UTF8.GetString(source.Partition.AccountRefs.IdOf(source.AccountRef));
        if (source.Partition.Contacts.Find(source.Slot)?.Membership.LeadsTo(from, claimant) == true)
            return false;
        loop.ProposeMove(source.Partition, source.Slot, from, claimant);
        return true;
    }

    /// <summary>Tells every contact that contributes to the account, in any lane.</summary>
    public void Tell(Partition partition, int accountSlot, string claimant)
    {
        var from = partition.IdOf(GrainKind.Account, accountSlot);
        var contacts = partition.ContributorsOf(accountSlot).GroupBy(loop.Map.LaneOf);
        foreach (var lane in contacts)
            loop.Node.Router.TryPost(lane.Key, new FollowClaim([.. lane], from, claimant));
    }
}
