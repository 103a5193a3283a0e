using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Residents;

namespace LeadGrains.Grains.Names;

/// <summary>Tells contacts which account has their company's name now; an empty one where none or several have.</summary>
internal sealed class FollowName(IReadOnlyList<KeyPlace> contacts, string name, string account) : PartitionRequest
{
    private int _next;

    internal override int Weight => 0;

    internal override bool IsBetweenLoops => true;

    // As many as a turn takes; the others come with the turns after it.
    internal override void Apply(PartitionLoop loop)
    {
        for (; _next < contacts.Count; _next++)
        {
            if (loop.HasManyProposals)
            {
                loop.Queue.TryPost(this);
                return;
            }

            var partition = loop.Map[contacts[_next].Partition];
            if (partition.Names.Sought.NameOf(contacts[_next].Slot) == name)
                loop.Proposals.TryProposeMatch(partition, contacts[_next].Slot, name, account);
        }
    }

    // The loop is gone; when it starts again its contacts ask.
    internal override void Fail(Exception failure)
    {
    }
}
