using LeadGrains.Grains.Storage;
using Microsoft.Win32.SafeHandles;

namespace LeadGrains.Storage.Embedded.Segments;

/// <summary>
/// Writes sealed segments anew without what is erased, and swaps each in under its name once it is on disk. Nothing moves
/// within a segment: every commit keeps its place, its blocks and its length, so that indexes hold. One segment at a time.
/// </summary>
internal sealed class SegmentErasing(SegmentFolder folder, SegmentReaders readers)
{
    /// <summary>Erases what a sealed segment has of it.</summary>
    /// <exception cref="JournalDamagedException">The segment is not what was written.</exception>
    public ErasedEntries Run(Segment segment, EntryRewriting rewriting, CancellationToken cancellationToken)
    {
        using var source = folder.Disk.OpenForReading(segment.Path);
        var summary = segment.Summary;
        SafeFileHandle? target = null;
        try
        {
            long erased = 0;
            using var reader = new CommitReader(source, segment.Header, SegmentHeader.Size, summary.End, SegmentScan.BufferBytes);
            while (reader.Offset < summary.End)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (!reader.TryRead(out var commit))
                    throw SegmentScan.FirstDamage(source, segment.Header, summary);
                if (!MayConcern(commit, rewriting) || Erase(commit, segment.Header, rewriting, out var record) is not (> 0 and var entries))
                    continue;
                erased += entries;
                target ??= folder.BeginRewriting(segment.Id, source, summary.End);
                folder.Disk.Write(target, record, commit.Offset);
            }

            if (target is null)
                return default;
            folder.Disk.Flush(target);
            target.Dispose();
            Swap(segment.Id);
            return new ErasedEntries(erased, 1);
        }
        catch when (target is not null)
        {
            target.Dispose();
            folder.Discard(segment.Id);
            throw;
        }
    }

    // Each block is shown to it, so that it knows all that the segment has.
    private static bool MayConcern(Commit commit, EntryRewriting rewriting)
    {
        var may = false;
        foreach (var block in commit)
            may |= rewriting.MayConcern(block);
        return may;
    }

    // Nobody begins to read the old file once there may be another one, be it that nobody knows whether its name is on disk.
    private void Swap(long id)
    {
        try
        {
            folder.Activate(id);
        }
        finally
        {
            readers.Forget(id);
        }
    }

    private static int Erase(Commit commit, SegmentHeader header, EntryRewriting rewriting, out byte[] record)
    {
        record = commit.Record.ToArray();
        var erased = 0;
        var at = CommitFormat.HeaderSize + (commit.BlockCount * CommitFormat.BlockHeaderSize);
        foreach (var block in commit)
        {
            erased += rewriting.Rewrite(block.Partition, record.AsSpan(at, block.Entries.Length));
            at += block.Entries.Length;
        }

        CommitFormat.WriteChecksum(record, Crc32C.Append(header.Checksum, record.AsSpan(CommitFormat.CheckedFrom)));
        return erased;
    }
}
