using System.Text;
using LeadGrains.Grains.Partitions;

namespace LeadGrains.Grains.Requests;

/// <summary>
/// Tells contacts that another account holds the domain which found theirs. Not kept where it is lost: the sweep
/// tells them again while the account still has contributions.
/// </summary>
internal sealed class FollowClaim(IReadOnlyList<GrainKey> contacts, string from, string claimant) : PartitionRequest
{
    internal override int Weight => 0;

    internal override bool IsExpress => true;

    internal override void Apply(PartitionLoop loop)
    {
        foreach (var key in contacts)
        {
            if (loop.HasManyProposals)
                return;
            var (partition, slot) = loop.Map.Find(key);
            if (slot < 0 || partition.Links.AccountOf(slot) is not (>= 0 and var account))
                continue;
            if (Encoding.UTF8.GetString(partition.AccountRefs.IdOf(account)) == from)
                loop.Proposals.TryProposeMove(partition, slot, account, claimant);
        }
    }

    internal override void Fail(Exception failure)
    {
    }
}
