using LeadGrains.Grains.Contacts;
using LeadGrains.Grains.Partitions;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Activation;

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

    /// <param name="places">What is applied, in its order; contacts are fetched.</param>
    /// <param name="at">The place that is about to be applied.</param>
    public static void Fetch(ReadOnlySpan<EntryPlace> places, int at)
    {
        if (TryGet(places, at + Place, out var partition, out var slot))
        {
            partition.Contacts.FetchPlace(slot);
            CacheLine.Fetch(ref partition.Links[slot]);
        }

        if (Find(places, at + Object, out partition, out slot) is { } found)
            CacheLine.Fetch(found, lines: 4);
        if (Find(places, at + Parts, out partition, out slot) is { } whole)
        {
            whole.FetchParts();
            partition.Contacts.Columns.Fetch(slot);
        }

        if (Find(places, at + Contents, out partition, out slot) is { } parted)
        {
            parted.FetchContents();
            partition.Contacts.Columns.Velocity.FetchDays(slot);
        }
    }

    private static ContactGrain? Find(ReadOnlySpan<EntryPlace> places, int at, out Partition partition, out int slot) =>
        TryGet(places, at, out partition, out slot) ? partition.Contacts.Find(slot) : null;

    private static bool TryGet(ReadOnlySpan<EntryPlace> places, int at, out Partition partition, out int slot)
    {
        if (at < places.Length && places[at].Kind == GrainKind.Contact)
        {
            (partition, slot) = (places[at].Partition, places[at].Slot);
            return true;
        }

        (partition, slot) = (null!, -1);
        return false;
    }
}
