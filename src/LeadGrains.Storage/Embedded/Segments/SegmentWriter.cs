using LeadGrains.Grains;
using LeadGrains.Grains.Storage;
using LeadGrains.Storage.Commits;
using Microsoft.Win32.SafeHandles;

namespace LeadGrains.Storage.Embedded.Segments;

/// <summary>
/// Writes commits to the last segment and begins the next one when it is full. Used by one thread. What can be done
/// beside the commits is: the next segment is filled while the second half of the present one is written, and a full
/// one gets its index.
/// </summary>
internal sealed class SegmentWriter : ICommitWriter, IDisposable
{
    // The first segment; each one after it is twice as large, up to the full size.
    private const long FirstSegmentBytes = 4L << 20;

    private readonly SegmentFolder _folder;
    private readonly StoreIdentity _store;
    private readonly long _segmentBytes;
    private readonly Action<Segment> _begun;
    private readonly CommitBuilder _builder = new();
    private SafeFileHandle? _file;
    private Segment? _segment;
    private Task<SafeFileHandle>? _next;
    private Task _sealing = Task.CompletedTask;
    private long _end;
    private long _capacity;

    /// <summary>Goes on after what was recovered; begins a new segment where there is none or its tail was cut.</summary>
    /// <param name="folder">Where the segments are.</param>
    /// <param name="store">What the segments carry.</param>
    /// <param name="segmentBytes">Size of a segment, unless one commit is larger; the first ones are smaller.</param>
    /// <param name="recovered">What was there.</param>
    /// <param name="begun">Told of each new segment before anything is written to it.</param>
    public SegmentWriter(SegmentFolder folder, StoreIdentity store, long segmentBytes, RecoveredJournal recovered, Action<Segment> begun)
    {
        _folder = folder;
        _store = store;
        _segmentBytes = segmentBytes;
        _begun = begun;
        LastCommit = recovered.LastCommit;
        if (recovered.LastFile is not null)
        {
            _file = recovered.LastFile;
            _segment = recovered.Segments[^1];
            _end = _segment.Summary.End;
            _capacity = RandomAccess.GetLength(_file);
        }

        if (_segment is null || recovered.Torn is not null)
            BeginSegment(0);
    }

    /// <inheritdoc/>
    public long LastCommit { get; private set; }

    /// <inheritdoc/>
    public long LengthOf(int blocks, long bytes) => CommitFormat.LengthOf(blocks, bytes);

    /// <inheritdoc/>
    public void Commit(List<JournalAppend> appends, int length)
    {
        if (_end + length > _capacity)
            BeginSegment(length);
        var pieces = _builder.Build(appends, _segment!.Header, LastCommit + 1, length);
        if (pieces.Count == 1)
            _folder.Disk.Write(_file!, pieces[0].Span, _end);
        else
            _folder.Disk.Write(_file!, pieces, _end);
        _folder.Disk.Flush(_file!);
        LastCommit++;
        _segment.Add(new AppendedBlocks(appends), LastCommit, _end, _end + length);
        _end += length;
        if (_next is null && _end > _capacity / 2)
            _next = PrepareAsync(_segment.Id + 1, SizeOf(_segment.Id + 1));
    }

    /// <summary>Has the next segment made ready, unless the last one is empty, and gives the end of that to wait for.</summary>
    public Task PrepareNext()
    {
        if (_end == SegmentHeader.Size)
            return Task.CompletedTask;
        return _next ??= PrepareAsync(_segment!.Id + 1, SizeOf(_segment.Id + 1));
    }

    /// <summary>Has the next segment made ready anew when it is needed, where that came to nothing.</summary>
    public void ForgetFailedNext()
    {
        if (_next is { IsFaulted: true })
            _next = null;
    }

    /// <summary>Begins a new segment unless the last one is empty: all that is durable is in sealed ones then.</summary>
    public void Seal()
    {
        if (_end > SegmentHeader.Size)
            BeginSegment(0);
        _sealing.GetAwaiter().GetResult();
    }

    public void Dispose()
    {
        Task.WaitAny(_sealing);
        if (_next is not null && Task.WaitAny(_next) == 0 && _next.IsCompletedSuccessfully)
        {
            _next.Result.Dispose();
            _folder.Discard(_segment!.Id + 1);
        }

        _file?.Dispose();
    }

    private void BeginSegment(int length)
    {
        _sealing.GetAwaiter().GetResult();
        var id = (_segment?.Id ?? 0) + 1;
        var file = TakeNext(id, SegmentHeader.Size + length);
        _folder.Activate(id);
        if (_segment is not null)
            _sealing = SealAsync(_segment, _file!, _end);
        _file = file;
        _segment = new Segment(HeaderOf(id), _folder.SegmentPath(id), _segment, new SegmentContents(_store.PartitionCount));
        _end = SegmentHeader.Size;
        _capacity = RandomAccess.GetLength(file);
        _begun(_segment);
    }

    private SafeFileHandle TakeNext(long id, long bytes)
    {
        var next = _next ?? PrepareAsync(id, Math.Max(bytes, SizeOf(id)));
        _next = null;
        var file = next.GetAwaiter().GetResult();
        if (RandomAccess.GetLength(file) >= bytes)
            return file;
        file.Dispose();
        return _folder.Prepare(HeaderOf(id), bytes);
    }

    private Task<SafeFileHandle> PrepareAsync(long id, long bytes) => OwnThread.RunAsync(() => _folder.Prepare(HeaderOf(id), bytes));

    // The room that was not used is given back, so that the end of the file is the end of the commits.
    private Task SealAsync(Segment segment, SafeFileHandle file, long end) => OwnThread.RunAsync(
        () =>
        {
            _folder.Disk.SetLength(file, end);
            file.Dispose();
            _folder.WriteIndex(segment.Id, segment.EncodeIndex());
            segment.ReleaseIndex();
        },
        CancellationToken.None);

    private long SizeOf(long id) => Math.Min(_segmentBytes, FirstSegmentBytes << (int)Math.Min(id - 1, 16));

    private SegmentHeader HeaderOf(long id) => new(SegmentHeader.CurrentVersion, _store.PartitionCount, id, _store.Id);
}
