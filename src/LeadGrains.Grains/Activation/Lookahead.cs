using LeadGrains.Grains.Contacts;
using LeadGrains.Grains.Partitions;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Activation;

/// <summary>Contacts in the order in which entries of theirs will be applied.</summary>
internal interface INextContacts
{
    /// <summary>The contact that comes so many places from the first; false where none does, or an account.</summary>
    bool TryGet(int place, out Partition partition, out int slot);
}

/// <summary>
/// Has the processor fetch what the next contacts need while one is worked on. Each line of memory says where the next
/// one is, so that every contact comes up several times on the way, each time a step further.
/// </summary>
internal static class Lookahead
{
    // How many contacts ahead: a line takes about as long to come as one or two signals take to be applied.
    private const int Place = 9;
    private const int Object = 7;
    private const int Parts = 5;
    private const int Contents = 3;

    /// <param name="contacts">What is to be applied.</param>
    /// <param name="at">The place that is about to be applied.</param>
    public static void Fetch<TContacts>(in TContacts contacts, int at)
        where TContacts : struct, INextContacts, allows ref struct
    {
        if (contacts.TryGet(at + Place, out var partition, out var slot))
        {
            partition.Contacts.FetchPlace(slot);
            CacheLine.Fetch(ref partition.Links[slot]);
        }

        if (Find(contacts, at + Object, out partition, out slot) is { } found)
            CacheLine.Fetch(found, lines: 4);
        if (Find(contacts, at + Parts, out partition, out slot) is { } whole)
        {
            whole.FetchParts();
            partition.Contacts.Columns.Fetch(slot);
        }

        if (Find(contacts, at + Contents, out partition, out slot) is { } parted)
        {
            parted.FetchContents();
            partition.Contacts.Columns.Velocity.FetchDays(slot);
        }
    }

    private static ContactGrain? Find<TContacts>(in TContacts contacts, int place, out Partition partition, out int slot)
        where TContacts : struct, INextContacts, allows ref struct =>
        contacts.TryGet(place, out partition, out slot) ? partition.Contacts.Find(slot) : null;
}
