using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Storage;

namespace LeadGrains.Grains.Following;

/// <summary>
/// Gives the journal's blocks to loops that follow it, from its start to its end, again and again. Only some are under
/// way at a time, so that memory is bounded; while others journal, it rests as long as it works, so that they have
/// at least half of a processor of its loops. One thread at a time.
/// </summary>
internal sealed class JournalFeed : IDisposable
{
    private const int UnderWayMax = 32_768;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan RestMax = TimeSpan.FromMilliseconds(50);

    private readonly LoopGroup _loops;
    private readonly long[] _positions;
    private readonly AutoResetEvent _moved = new(initialState: false);
    private long _entries;
    private long _underWay;
    private long _journalled;

    public JournalFeed(LoopGroup loops)
    {
        _loops = loops;
        _positions = new long[loops.Context.Journal.PartitionCount];
    }

    /// <summary>Entries that the loops have applied. Any thread.</summary>
    public long EntriesApplied => Interlocked.Read(ref _entries);

    /// <summary>Entries in the journal that have not been given out.</summary>
    public long Behind => Math.Max(0, _loops.Context.Journal.EntryCount - EntriesApplied);

    /// <summary>The sequence of each partition's last entry that was given out.</summary>
    public IReadOnlyList<long> Positions => _positions;

    /// <summary>Gives out everything that is durable, and returns once it has been applied.</summary>
    /// <param name="isGentle">Leaves processor time to others.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="PartitionUnavailableException">A loop has stopped.</exception>
    public void Run(bool isGentle, CancellationToken cancellationToken)
    {
        ThrowIfEnded();
        var clock = _loops.Context.Clock;
        var began = clock.GetTimestamp();
        var from = _loops.Shares.SelectMany(share => share).Select(owned => new JournalPosition(owned.Partition, _positions[owned.Partition]));
        foreach (var block in _loops.Context.Journal.Read([.. from.Where(HasMore)], cancellationToken))
        {
            Give(block, cancellationToken);
            if (Interlocked.Read(ref _underWay) < UnderWayMax)
                continue;
            WaitUntilBelow(isGentle ? 1 : UnderWayMax / 2, cancellationToken);
            if (isGentle)
                Rest(clock.GetElapsedTime(began), cancellationToken);
            began = clock.GetTimestamp();
        }

        WaitUntilBelow(1, cancellationToken);
    }

    private bool HasMore(JournalPosition position) => position.Sequence < _loops.Context.Journal.LastSequence(position.Partition);

    /// <summary>From a loop: so much of what was given out has been applied.</summary>
    public void Applied(int entries, int weight)
    {
        Interlocked.Add(ref _entries, entries);
        if (Interlocked.Add(ref _underWay, -weight) < UnderWayMax / 2)
            _moved.Set();
    }

    public void Dispose() => _moved.Dispose();

    private void Give(in JournalBlock block, CancellationToken cancellationToken)
    {
        var request = new FollowedBlock(this, block, _positions[block.Partition]);
        Interlocked.Add(ref _underWay, request.Weight);
        _positions[block.Partition] = block.LastSequence;
        while (!_loops.TryPost(_loops.LaneOf(block.Partition), request))
            Wait(cancellationToken);
    }

    private void WaitUntilBelow(int weight, CancellationToken cancellationToken)
    {
        while (Interlocked.Read(ref _underWay) >= weight)
            Wait(cancellationToken);
    }

    private void Wait(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ThrowIfEnded();
        _moved.WaitOne(Look);
    }

    private void ThrowIfEnded()
    {
        if (_loops.Ended.IsCompleted)
            throw new PartitionUnavailableException("A partition stopped while it followed the journal.", _loops.Ended.Result);
    }

    private void Rest(TimeSpan worked, CancellationToken cancellationToken)
    {
        var journalled = _loops.Context.Journal.EntryCount;
        if (journalled == _journalled)
            return;
        _journalled = journalled;
        cancellationToken.WaitHandle.WaitOne(worked < RestMax ? worked : RestMax);
    }
}
