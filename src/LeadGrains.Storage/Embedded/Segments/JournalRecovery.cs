using System.Buffers;
using LeadGrains.Grains.Storage;
using Microsoft.Win32.SafeHandles;

namespace LeadGrains.Storage.Embedded.Segments;

/// <summary>
/// Opens what an earlier process left. Only the last segment is read whole; what the others hold is in their index
/// files. A commit is on disk before the next one is written, so only the last commit of all can be torn.
/// </summary>
internal sealed class JournalRecovery(SegmentFolder folder, StoreIdentity store)
{
    private readonly List<Segment> _segments = [];
    private long _lastCommit;

    private Segment? Before => _segments.Count == 0 ? null : _segments[^1];

    /// <summary>Finds the segments, ascending, and where to go on. The file is the last segment's, open for writing.</summary>
    /// <exception cref="JournalDamagedException">A commit before the tail, or a whole segment, is not there as written.</exception>
    public RecoveredJournal Run()
    {
        var ids = folder.List();
        for (var i = 0; i < ids.Count; i++)
        {
            if (ids[i] != i + 1)
                throw SegmentDamage.Missing(i + 1, folder.Path);
        }

        foreach (var id in ids.SkipLast(1))
            OpenSealed(id);
        if (ids.Count == 0)
            return new RecoveredJournal(_segments, 0, null, null);
        return OpenLast(ids[^1]);
    }

    private void OpenSealed(long id)
    {
        var path = folder.SegmentPath(id);
        using var file = folder.Disk.OpenForWriting(path);
        var header = ReadHeader(file, path, id);
        var length = RandomAccess.GetLength(file);
        var summary = SegmentIndexFile.TryReadSummary(folder.IndexPath(id), header);
        if (summary is null || summary.End != length)
            summary = Rebuild(file, header, length);
        Follow(header, summary);
        _segments.Add(new Segment(header, path, Before, summary));
    }

    // A segment is sealed only after all its commits are on disk, so here even the last one is never torn.
    private SegmentSummary Rebuild(SafeFileHandle file, SegmentHeader header, long length)
    {
        var contents = SegmentScan.Read(file, header, length);
        if (SegmentScan.ReadTail(file, header, contents, length) != SegmentTail.Clean)
            throw SegmentDamage.At(header.SegmentId, NextCommit(contents), contents.End);
        if (length > contents.End)
            folder.Disk.SetLength(file, contents.End);
        var summary = contents.Summarize();
        folder.WriteIndex(header.SegmentId, SegmentIndexFile.Encode(header, summary, contents.Index()));
        return summary;
    }

    private RecoveredJournal OpenLast(long id)
    {
        var path = folder.SegmentPath(id);
        var file = folder.Disk.OpenForWriting(path);
        try
        {
            var header = ReadHeader(file, path, id);
            var length = RandomAccess.GetLength(file);
            var lastRecord = new ArrayBufferWriter<byte>();
            var contents = SegmentScan.Read(file, header, length, lastRecord);
            Follow(header, contents.Summarize());
            TornTail? torn = null;
            switch (SegmentScan.ReadTail(file, header, contents, length))
            {
                case SegmentTail.Damaged:
                    throw SegmentDamage.At(id, NextCommit(contents), contents.End);
                case SegmentTail.Torn:
                    torn = new TornTail(id, NextCommit(contents), contents.End);
                    folder.Disk.SetLength(file, contents.End);
                    break;
            }

            // A flush that failed may have left the last commit in the memory of the system only, where it reads as
            // if it were on disk. Written once more, it gets there now, before anybody builds on it.
            folder.Disk.Write(file, lastRecord.WrittenSpan, contents.End - lastRecord.WrittenCount);
            folder.Disk.Flush(file);
            _segments.Add(new Segment(header, path, Before, contents));
            return new RecoveredJournal(_segments, _lastCommit, file, torn);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private long NextCommit(SegmentContents contents) => contents.LastCommit == 0 ? _lastCommit + 1 : contents.LastCommit + 1;

    private void Follow(SegmentHeader header, SegmentSummary summary)
    {
        if (summary.FirstCommit == 0)
            return;
        if (summary.FirstCommit != _lastCommit + 1)
            throw SegmentDamage.Gap(header.SegmentId, _lastCommit + 1, summary.FirstCommit);
        _lastCommit = summary.LastCommit;
    }

    private SegmentHeader ReadHeader(SafeFileHandle file, string path, long id)
    {
        Span<byte> bytes = stackalloc byte[SegmentHeader.Size];
        var read = RandomAccess.Read(file, bytes, 0);
        return SegmentHeader.Read(bytes[..read], path, id, store);
    }
}

/// <summary>A journal as it was found.</summary>
/// <param name="Segments">Ascending; the last one has its index in memory.</param>
/// <param name="LastCommit">Number of the last commit; 0 where there is none.</param>
/// <param name="LastFile">The last segment, open for writing; null where there is no segment.</param>
/// <param name="Torn">What was cut.</param>
internal sealed record RecoveredJournal(List<Segment> Segments, long LastCommit, SafeFileHandle? LastFile, TornTail? Torn);
