using LeadGrains.Grains.Erasing;
using LeadGrains.Grains.Retention;

namespace LeadGrains.Grains.Storage;

/// <summary>
/// What a store does to forget people. Each is safe to do again. Nothing here looks at who owns a partition: what is erased
/// or removed is not written any more by anybody when it is called.
/// </summary>
public interface IPersonalData
{
    /// <summary>
    /// Puts zeros in the place of entries, wherever the journal has them. Each keeps its length and its sequence, so that
    /// readers under way and every index stay right. On disk when the task is done; after a crash in between some pieces are
    /// done and the others are as they were, the oldest first.
    /// </summary>
    Task<ErasedEntries> EraseEntriesAsync(EntryErasure erasure, CancellationToken cancellationToken);

    /// <summary>
    /// Removes old signals from the journal, a piece after the other, as <see cref="EraseEntriesAsync"/> does. What it has seen
    /// of pieces that have nothing to remove yet it remembers while the store is open, and does not read them again before.
    /// Rows and checkpoints that were written before a piece are on disk before anything of it goes.
    /// </summary>
    /// <param name="removal">Which, and gets the oldest of those that stay.</param>
    /// <param name="rest">Waited for after each piece, so that it does not disturb.</param>
    /// <param name="cancellationToken">Gives up between two pieces.</param>
    /// <returns>The signals, and the pieces that were written anew.</returns>
    Task<ErasedEntries> RemoveSignalsAsync(SignalRemoval removal, Func<Task> rest, CancellationToken cancellationToken);

    /// <summary>
    /// Removes the rows of contacts from all generations, with what lies beside them, but those of a higher version than goes. On
    /// disk when the task is done.
    /// </summary>
    /// <returns>How many rows there were.</returns>
    Task<long> EraseRowsAsync(IReadOnlyList<ErasedId> ids, CancellationToken cancellationToken);

    /// <summary>Looks for texts, byte by byte, in all that the store keeps, after giving back what only old versions hold.</summary>
    /// <returns>Each place that was searched, whether or not something was found there.</returns>
    Task<IReadOnlyList<SearchedPlace>> SearchAsync(IReadOnlyList<ReadOnlyMemory<byte>> texts, CancellationToken cancellationToken);
}

/// <param name="Entries">How many entries were erased.</param>
/// <param name="Pieces">How many segments or rows of the journal were written anew.</param>
public readonly record struct ErasedEntries(long Entries, long Pieces)
{
    /// <summary>Both together.</summary>
    public static ErasedEntries operator +(ErasedEntries left, ErasedEntries right) =>
        new(left.Entries + right.Entries, left.Pieces + right.Pieces);
}

/// <summary>Where texts were looked for.</summary>
/// <param name="Place">For people, such as "journal".</param>
/// <param name="Bytes">How many bytes were looked through.</param>
/// <param name="Found">How often one of the texts was found.</param>
public sealed record SearchedPlace(string Place, long Bytes, long Found);
