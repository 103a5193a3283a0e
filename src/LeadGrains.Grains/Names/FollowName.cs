using System.Buffers;
using Google.Protobuf;
using LeadGrains.Cluster.V1;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Remote;
using LeadGrains.Grains.Residents;

namespace LeadGrains.Grains.Names;

/// <summary>Tells contacts which account has their company's name now; an empty one where none or several have.</summary>
/// <param name="sender">Tells them again where this comes to nothing.</param>
/// <param name="contacts">The contacts, all of one lane.</param>
/// <param name="name">What the name is known by.</param>
/// <param name="account">Which account has it.</param>
internal sealed class FollowName(PartitionLoop sender, IReadOnlyList<GrainPlace> contacts, NameKey name, string account) : PartitionRequest
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

            Follow(loop, contacts[_next]);
        }
    }

    internal override RequestKind Kind => RequestKind.FollowName;

    internal override void WriteTo(IBufferWriter<byte> fields)
    {
        var places = new PlaceWire(sender.Node.Workspaces);
        new FollowNameRequest { Contacts = { contacts.Select(places.Of) }, Name = PlaceWire.Of(name), Account = account }.WriteTo(fields);
    }

    internal override void TakeAnswer(ReadOnlyMemory<byte> answer)
    {
    }

    // Where the loop is gone its contacts ask when it starts again; where it is another node's they may not have been told.
    internal override void Fail(Exception failure) => sender.Names.TellAgain(name);

    // One whose partition has left is told where that comes to: it asks there.
    private void Follow(PartitionLoop loop, GrainPlace contact)
    {
        if (!loop.Map.Takes(contact.Partition))
            return;
        var partition = loop.Map[contact.Partition];
        var slot = partition.Contacts.Keys.Find(contact.Hash, contact.Workspace, contact.Id);
        if (slot >= 0 && partition.Names.Sought.NameOf(slot) is { } sought && NameTable.KeyOf(partition.WorkspaceOf(GrainKind.Contact, slot), sought) == name)
            loop.Proposals.TryProposeMatch(partition, slot, sought, account);
    }
}
