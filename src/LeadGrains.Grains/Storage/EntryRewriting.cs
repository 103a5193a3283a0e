namespace LeadGrains.Grains.Storage;

/// <summary>
/// What is changed in entries that are in the journal already. Every entry keeps its place, its length and its sequence, so that
/// readers under way and every index stay right. One thread at a time.
/// </summary>
public abstract class EntryRewriting
{
    /// <summary>Whether a block may hold something to change. Asked of every block of a piece of the journal.</summary>
    public abstract bool MayConcern(in JournalBlock block);

    /// <summary>Changes what is to be changed, in place.</summary>
    /// <param name="partition">The block's.</param>
    /// <param name="entries">Length-delimited entries.</param>
    /// <returns>How much was changed; 0 where nothing was.</returns>
    public abstract int Rewrite(int partition, Span<byte> entries);
}
