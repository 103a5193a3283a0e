using Microsoft.Win32.SafeHandles;

namespace LeadGrains.Storage.Embedded.Segments;

/// <summary>Open files and loaded indexes of the segments that were read last.</summary>
internal sealed class SegmentReaders(SegmentFolder folder) : IDisposable
{
    private const int MaxOpen = 32;

    private readonly Lock _gate = new();
    private readonly Dictionary<long, OpenSegment> _open = [];
    private long _uses;

    /// <summary>Opens a segment, or takes it where it is open. Stays open at least until the lease ends.</summary>
    public Lease Rent(Segment segment)
    {
        lock (_gate)
        {
            if (!_open.TryGetValue(segment.Id, out var open))
            {
                CloseOldest();
                open = new OpenSegment(segment, folder);
                _open.Add(segment.Id, open);
            }

            open.Renters++;
            open.LastUse = ++_uses;
            return new Lease(this, open);
        }
    }

    /// <summary>
    /// Another file has taken the segment's name. Who reads the old one goes on with it; its bytes go with the last of them.
    /// </summary>
    public void Forget(long id)
    {
        lock (_gate)
        {
            if (!_open.Remove(id, out var open))
                return;
            open.IsForgotten = true;
            if (open.Renters == 0)
                open.File.Dispose();
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var open in _open.Values)
                open.File.Dispose();
            _open.Clear();
        }
    }

    private void CloseOldest()
    {
        if (_open.Count < MaxOpen)
            return;
        var oldest = _open.Values.Where(open => open.Renters == 0).MinBy(open => open.LastUse);
        if (oldest is null)
            return;
        oldest.File.Dispose();
        _open.Remove(oldest.Segment.Id);
    }

    private void Return(OpenSegment open)
    {
        lock (_gate)
        {
            open.Renters--;
            if (open is { Renters: 0, IsForgotten: true })
                open.File.Dispose();
        }
    }

    /// <summary>The right to read a segment until disposed.</summary>
    public readonly struct Lease(SegmentReaders readers, OpenSegment open) : IDisposable
    {
        public SafeFileHandle File => open.File;

        /// <summary>From where the partition's entry is found.</summary>
        public long OffsetOf(int partition, long sequence) =>
            open.Segment.OffsetInMemory(partition, sequence) ?? open.Index.OffsetOf(partition, sequence);

        public void Dispose() => readers.Return(open);
    }

    /// <summary>One open segment.</summary>
    internal sealed class OpenSegment(Segment segment, SegmentFolder folder)
    {
        private readonly Lazy<SparseIndex> _index = new(() => LoadIndex(segment, folder));

        public Segment Segment => segment;

        public SafeFileHandle File { get; } = folder.Disk.OpenForReading(segment.Path);

        public SparseIndex Index => _index.Value;

        public int Renters { get; set; }

        public long LastUse { get; set; }

        public bool IsForgotten { get; set; }

        // A file that is absent or not as written is made anew from the segment.
        private static SparseIndex LoadIndex(Segment segment, SegmentFolder folder)
        {
            var path = folder.IndexPath(segment.Id);
            if (SegmentIndexFile.TryReadIndex(path, segment.Header) is { } index)
                return index;
            using var file = folder.Disk.OpenForReading(segment.Path);
            var summary = segment.Summary;
            var contents = SegmentScan.Read(file, segment.Header, summary.End);
            if (contents.End != summary.End)
                throw SegmentScan.FirstDamage(file, segment.Header, summary);
            index = contents.Index();
            folder.WriteIndex(segment.Id, SegmentIndexFile.Encode(segment.Header, summary, index));
            return index;
        }
    }
}
