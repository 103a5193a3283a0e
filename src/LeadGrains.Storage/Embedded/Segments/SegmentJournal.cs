using System.Collections.Immutable;
using LeadGrains.Grains.Retention;
using LeadGrains.Grains.Storage;
using LeadGrains.Scoring;
using LeadGrains.Storage.Commits;

namespace LeadGrains.Storage.Embedded.Segments;

/// <summary>The journal of a node on its own: one stream of commits in segment files, for all partitions together.</summary>
internal sealed class SegmentJournal : IJournal
{
    private readonly JournalEnds _ends;
    private readonly SegmentWriter _writer;
    private readonly Committer _committer;
    private readonly SegmentReaders _readers;
    private readonly JournalMeters _meters;
    private readonly SegmentFolder _folder;
    private readonly SemaphoreSlim _erasing = new(1, 1);

    // Of sealed segments, when their oldest signal was received; they never get an older one. Whoever removes signals has it.
    private readonly Dictionary<long, Instant> _oldestSignals = [];
    private ImmutableArray<Segment> _segments;

    private SegmentJournal(SegmentFolder folder, StoreIdentity store, long segmentBytes, RecoveredJournal recovered, TimeProvider? clock)
    {
        _folder = folder;
        _segments = [.. recovered.Segments];
        _ends = new JournalEnds(
            recovered.Segments.Count == 0 ? new long[store.PartitionCount] : recovered.Segments[^1].LastSequences(),
            recovered.Segments.Sum(segment => segment.Summary.Spans.Sum(span => span.EntryCount)));
        TornTail = recovered.Torn;
        _readers = new SegmentReaders(folder);
        _writer = new SegmentWriter(folder, store, segmentBytes, recovered, Begun);
        _meters = new JournalMeters(clock);
        _committer = new Committer(_writer, CommitFormat.MaxLength, segmentBytes - SegmentHeader.Size, _meters, _ends);
    }

    /// <inheritdoc/>
    public int PartitionCount => _ends.PartitionCount;

    /// <inheritdoc/>
    public long EntryCount => _ends.EntryCount;

    /// <summary>What opening cut off; null where the journal ended with a whole commit.</summary>
    public TornTail? TornTail { get; }

    /// <summary>Opens the journal of a folder, and begins it where there is none.</summary>
    /// <param name="path">The folder of the segments; made where missing.</param>
    /// <param name="store">The store that it belongs to.</param>
    /// <param name="segmentBytes">Size of a new segment.</param>
    /// <param name="disk">The file operations.</param>
    /// <param name="clock">Measures how long commits take; null leaves that out of the metrics.</param>
    /// <exception cref="JournalDamagedException">Something before the tail is not as it was written.</exception>
    /// <exception cref="StoreUnusableException">It is newer than the program, or another store's.</exception>
    public static SegmentJournal Open(string path, StoreIdentity store, long segmentBytes, Disk disk, TimeProvider? clock = null)
    {
        Directory.CreateDirectory(path);
        var folder = new SegmentFolder(path, disk);
        var recovered = new JournalRecovery(folder, store).Run();
        try
        {
            return new SegmentJournal(folder, store, segmentBytes, recovered, clock);
        }
        catch
        {
            recovered.LastFile?.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public long LastSequence(int partition) => _ends.LastSequence(partition);

    /// <inheritdoc/>
    public void Append(JournalAppend append) => _committer.Append(append);

    /// <inheritdoc/>
    public IEnumerable<JournalBlock> Read(IReadOnlyList<JournalPosition> after, CancellationToken cancellationToken)
    {
        var positions = new long[PartitionCount];
        Array.Fill(positions, long.MaxValue);
        foreach (var position in after)
            positions[position.Partition] = position.Sequence;
        return JournalReading.Blocks(_segments, _readers, positions, cancellationToken);
    }

    // Readers of blocks see a commit a moment before the journal's ends tell of it: they find its entries, too.
    /// <inheritdoc/>
    public ReadOnlyMemory<byte>? ReadEntry(int partition, long sequence) =>
        sequence < 1 ? null : JournalReading.Entry(_segments, _readers, partition, sequence);

    /// <summary>Erases entries, the oldest segments first, with what is durable by now sealed before.</summary>
    public async Task<ErasedEntries> EraseAsync(EntryRewriting rewriting, CancellationToken cancellationToken)
    {
        await _erasing.WaitAsync(cancellationToken);
        try
        {
            await SealAsync();
            return await Task.Run(
                () =>
                {
                    var all = _segments;
                    var erasing = new SegmentErasing(_folder, _readers);
                    return all[..^1].Aggregate(default(ErasedEntries), (sum, segment) => sum + erasing.Run(segment, rewriting, cancellationToken));
                },
                cancellationToken);
        }
        finally
        {
            _erasing.Release();
        }
    }

    /// <summary>Removes signals, a segment after the other; who erases a person meanwhile waits for one alone.</summary>
    public async Task<ErasedEntries> RemoveAsync(SignalRemoval removal, Func<Task> rest, CancellationToken cancellationToken)
    {
        var removed = default(ErasedEntries);
        for (var index = 0; index < _segments.Length; index++)
        {
            var segment = _segments[index];
            if (_oldestSignals.TryGetValue(segment.Id, out var oldest) && oldest >= removal.Before)
            {
                removal.PassOver(oldest);
                continue;
            }

            await _erasing.WaitAsync(cancellationToken);
            try
            {
                removed += await RemoveAsync(segment, removal, cancellationToken);
            }
            finally
            {
                _erasing.Release();
            }

            await rest();
        }

        return removed;
    }

    private async Task<ErasedEntries> RemoveAsync(Segment segment, SignalRemoval removal, CancellationToken cancellationToken)
    {
        removal.BeginPiece();
        if (segment == _segments[^1])
        {
            // What is still written to is sealed only where it has something to remove.
            var concerns = await Task.Run(() => Blocks(segment, cancellationToken).Aggregate(false, (any, block) => removal.MayConcern(block) | any), cancellationToken);
            if (!concerns)
                return default;
            await SealAsync();
            removal.BeginPiece();
        }

        var removed = await Task.Run(() => new SegmentErasing(_folder, _readers).Run(segment, removal, cancellationToken), cancellationToken);
        _oldestSignals[segment.Id] = removal.OldestOfPiece;
        return removed;
    }

    private IEnumerable<JournalBlock> Blocks(Segment segment, CancellationToken cancellationToken) =>
        JournalReading.Blocks([segment], _readers, new long[PartitionCount], cancellationToken);

    private async Task SealAsync()
    {
        await PrepareNextAsync();
        await _committer.BetweenCommitsAsync(_writer.Seal);
    }

    // It is filled beside the commits, which would wait for it otherwise; where there is no room for it, they go on.
    private async Task PrepareNextAsync()
    {
        var ready = Task.CompletedTask;
        await _committer.BetweenCommitsAsync(() => ready = _writer.PrepareNext());
        try
        {
            await ready;
        }
        catch
        {
            await _committer.BetweenCommitsAsync(_writer.ForgetFailedNext);
            throw;
        }
    }

    /// <summary>Commits what was handed over and closes the files.</summary>
    public async ValueTask DisposeAsync()
    {
        await Task.Run(_committer.Stop);
        _erasing.Dispose();
        _writer.Dispose();
        _readers.Dispose();
        _meters.Dispose();
    }

    private void Begun(Segment segment) => ImmutableInterlocked.Update(ref _segments, (all, added) => all.Add(added), segment);
}
