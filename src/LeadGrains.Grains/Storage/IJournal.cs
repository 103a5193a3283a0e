using System.Diagnostics;

namespace LeadGrains.Grains.Storage;

/// <summary>
/// Where entries become durable. It sees blocks of bytes, never their meaning. One commit makes the blocks of all
/// waiting loops durable together; it closes when the commit before it is done, not by a timer.
/// </summary>
public interface IJournal : IAsyncDisposable
{
    /// <summary>How many partitions the store was created with. Fixed for its life.</summary>
    int PartitionCount { get; }

    /// <summary>Entries in the journal, of all partitions.</summary>
    long EntryCount { get; }

    /// <summary>The sequence of a partition's last durable entry; 0 where it has none.</summary>
    long LastSequence(int partition);

    /// <summary>
    /// Partitions have come from another owner, who may have written since: looks up where they end. Nobody else writes them
    /// from here on.
    /// </summary>
    /// <param name="partitions">Which.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task RefreshAsync(IReadOnlyList<int> partitions, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>By partition, the sequence of the last durable entry, whoever has written it.</summary>
    Task<IReadOnlyList<long>> ReadEndsAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<long>>([.. Enumerable.Range(0, PartitionCount).Select(LastSequence)]);

    /// <summary>
    /// Hands blocks over and returns at once. Blocks of one partition are made durable in the order of hand-over.
    /// <see cref="JournalAppend.Completed"/> is called exactly once for each call. After a failure nothing else is
    /// ever committed: every later append completes with the same failure.
    /// </summary>
    void Append(JournalAppend append);

    /// <summary>
    /// Reads the durable blocks that hold entries after the given positions, each partition's in sequence order,
    /// partitions interleaved in any order. A block may begin with entries at or before its position: the reader
    /// skips them. A block's bytes are valid until the next one is asked for.
    /// </summary>
    /// <exception cref="JournalDamagedException">A record before the tail does not have its checksum.</exception>
    IEnumerable<JournalBlock> Read(IReadOnlyList<JournalPosition> after, CancellationToken cancellationToken);

    /// <summary>
    /// The bytes of one entry message, without its length, found through the sparse index; null where the sequence
    /// has no entry. This is how a grain's history is followed backwards.
    /// </summary>
    ReadOnlyMemory<byte>? ReadEntry(int partition, long sequence);
}

/// <summary>Reading begins after this sequence.</summary>
public readonly record struct JournalPosition(int Partition, long Sequence);

/// <summary>
/// Entries of one partition that one turn made: <see cref="Count"/> times a varint length and that many bytes of a
/// leadgrains.journal.v1.Entry, in sequence order.
/// </summary>
/// <param name="Partition">From 0.</param>
/// <param name="Epoch">The epoch of the ownership that it is written under. Embedded stores have one owner; others refuse a block of an ownership that has ended, with <see cref="StaleEpochException"/>.</param>
/// <param name="FirstSequence">Of the first entry in the block.</param>
/// <param name="LastSequence">Of the last entry in the block.</param>
/// <param name="Count">How many entries.</param>
/// <param name="Entries">The length-delimited messages.</param>
public readonly record struct JournalBlock(
    int Partition, long Epoch, long FirstSequence, long LastSequence, int Count, ReadOnlyMemory<byte> Entries);

/// <summary>One turn's blocks on their way to the journal. The blocks stay untouched until completion.</summary>
public abstract class JournalAppend
{
    /// <summary>At most one block for each partition.</summary>
    public abstract IReadOnlyList<JournalBlock> Blocks { get; }

    /// <summary>The spans of sampled calls that wait for it; mostly none.</summary>
    public virtual IReadOnlyList<ActivityContext> Traces => [];

    /// <summary>
    /// Called by the committer when all blocks are durable (<paramref name="failure"/> null) or will never be.
    /// It only signals: the committer waits for it.
    /// </summary>
    public abstract void Completed(Exception? failure);
}

/// <summary>A stored record is not what was written. Names segment, commit and offset.</summary>
public sealed class JournalDamagedException(string message) : Exception(message);

/// <summary>The store cannot be opened as it is: in use, newer than the program, of another shape.</summary>
public sealed class StoreUnusableException(string message, Exception? inner = null) : Exception(message, inner);
