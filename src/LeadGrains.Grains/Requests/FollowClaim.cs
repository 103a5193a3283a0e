using System.Buffers;
using System.Text;
using Google.Protobuf;
using LeadGrains.Cluster.V1;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Remote;

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
            if (!loop.Map.Takes(key))
                continue;
            var (partition, slot) = loop.Map.Find(key);
            if (slot < 0 || partition.Links.AccountOf(slot) is not (>= 0 and var account))
                continue;
            if (Encoding.UTF8.GetString(partition.AccountRefs.IdOf(account)) == from)
                loop.Proposals.TryProposeMove(partition, slot, account, claimant);
        }
    }

    internal override RequestKind Kind => RequestKind.FollowClaim;

    internal override void WriteTo(IBufferWriter<byte> fields) => new FollowClaimRequest
    {
        Contacts = { contacts.Select(KeyWire.Of) },
        From = from,
        Claimant = claimant,
    }.WriteTo(fields);

    internal override void TakeAnswer(ReadOnlyMemory<byte> answer)
    {
    }

    internal override void Fail(Exception failure)
    {
    }
}
