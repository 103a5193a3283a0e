using LeadGrains.Storage.Commits;

namespace LeadGrains.Storage.Embedded.Segments;

/// <summary>
/// One segment as readers see it. While it is written to, its index is in memory and grows with each durable commit;
/// afterwards the index rests in its file.
/// </summary>
internal sealed class Segment
{
    private readonly Lock _gate = new();
    private readonly long[] _before;
    private SegmentContents? _contents;
    private SegmentSummary? _summary;

    /// <summary>A segment whose index is in memory.</summary>
    public Segment(SegmentHeader header, string path, Segment? before, SegmentContents contents)
        : this(header, path, before) => _contents = contents;

    /// <summary>A segment whose index rests in its file.</summary>
    public Segment(SegmentHeader header, string path, Segment? before, SegmentSummary summary)
        : this(header, path, before) => _summary = summary;

    private Segment(SegmentHeader header, string path, Segment? before)
    {
        Header = header;
        Path = path;
        _before = before?.LastSequences() ?? new long[header.PartitionCount];
    }

    public SegmentHeader Header { get; }

    public string Path { get; }

    public long Id => Header.SegmentId;

    /// <summary>What is durable in it now.</summary>
    public SegmentSummary Summary
    {
        get
        {
            lock (_gate)
                return _summary ?? _contents!.Summarize();
        }
    }

    /// <summary>Adds a commit that has become durable, so that readers see all of it or nothing.</summary>
    public void Add(AppendedBlocks blocks, long commitNumber, long offset, long end)
    {
        lock (_gate)
        {
            foreach (var block in blocks)
                _contents!.AddBlock(block, offset);
            _contents!.AddCommit(commitNumber, end);
        }
    }

    /// <summary>Where the durable commits end now.</summary>
    public long End
    {
        get
        {
            lock (_gate)
                return _summary?.End ?? _contents!.End;
        }
    }

    /// <summary>A partition's last sequence in the segments before this one.</summary>
    public long SequenceBefore(int partition) => _before[partition];

    /// <summary>By partition, the last sequence in this segment and those before it.</summary>
    public long[] LastSequences()
    {
        var last = _before.ToArray();
        var spans = Summary.Spans;
        for (var partition = 0; partition < last.Length; partition++)
            last[partition] = Math.Max(last[partition], spans[partition].LastSequence);
        return last;
    }

    /// <summary>From where a partition's entry is found, while the index is in memory; else null.</summary>
    public long? OffsetInMemory(int partition, long sequence)
    {
        lock (_gate)
            return _contents?.OffsetOf(partition, sequence);
    }

    /// <summary>The bytes of the index file. Nothing is added to the segment any more.</summary>
    public byte[] EncodeIndex()
    {
        lock (_gate)
            return SegmentIndexFile.Encode(Header, _contents!.Summarize(), _contents.Index());
    }

    /// <summary>The index is durable in its file: memory need not hold it.</summary>
    public void ReleaseIndex()
    {
        lock (_gate)
        {
            _summary = _contents!.Summarize();
            _contents = null;
        }
    }
}
