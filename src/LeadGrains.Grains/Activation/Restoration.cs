using LeadGrains.Grains.Codecs;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Storage;

namespace LeadGrains.Grains.Activation;

/// <summary>Brings cold grains back from their rows.</summary>
internal static class Restoration
{
    /// <summary>Activates all grains of a finished fetch; they stay at least until <paramref name="turn"/> is applied.</summary>
    public static void Install(ColdFetch fetch, NodeContext node, long turn)
    {
        node.Meters.ColdRead(fetch.Places.Count);
        for (var i = 0; i < fetch.Places.Count; i++)
        {
            var (partition, kind, slot) = fetch.Places[i];
            Activate(partition, kind, slot, fetch.Rows[i], node).LastTurn = turn;
        }
    }

    public static Grain Activate(Partition partition, GrainKind kind, int slot, GrainRow? row, NodeContext node)
    {
        if (row is null)
            return partition.ActivateNew(kind, slot);
        if (kind == GrainKind.Contact)
        {
            var contact = ContactCodec.Decode(slot, row, node.Model, partition.Lists);
            partition.Contacts.Activate(contact);
            return contact;
        }

        var account = AccountCodec.Decode(slot, row, node.Model, partition.Lists);
        partition.Accounts.Activate(account);
        return account;
    }
}
