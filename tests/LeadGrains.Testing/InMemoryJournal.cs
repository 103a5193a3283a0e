using LeadGrains.Grains.Storage;

namespace LeadGrains.Testing;

/// <summary>
/// A journal in memory with the promises of a real one, and with the faults that tests need. Unless held, an append
/// is committed on the thread that hands it over, before <see cref="Append"/> returns.
/// </summary>
public sealed class InMemoryJournal : IJournal
{
    private readonly Lock _gate = new();
    private readonly Queue<JournalAppend> _waiting = new();
    private readonly DurableBlocks _durable;
    private Exception? _failure;
    private PlannedFailure? _planned;
    private bool _held;
    private bool _committing;
    private bool _crashed;

    /// <summary>An empty journal.</summary>
    public InMemoryJournal(int partitionCount)
        : this(new DurableBlocks(partitionCount))
    {
    }

    private InMemoryJournal(DurableBlocks durable) => _durable = durable;

    /// <inheritdoc/>
    public int PartitionCount => _durable.PartitionCount;

    /// <inheritdoc/>
    public long EntryCount => _durable.EntryCount;

    /// <summary>Appends that wait for a commit.</summary>
    public int WaitingCount
    {
        get
        {
            lock (_gate)
                return _waiting.Count;
        }
    }

    /// <summary>From now on appends wait until <see cref="Release"/> or <see cref="CommitWaiting"/>.</summary>
    public void Hold()
    {
        lock (_gate)
            _held = true;
    }

    /// <summary>Commits what waits, on this thread, and holds no longer.</summary>
    public void Release()
    {
        lock (_gate)
            _held = false;
        Drain(evenIfHeld: false);
    }

    /// <summary>Commits what waits now, as one commit and on this thread; goes on holding.</summary>
    public void CommitWaiting() => Drain(evenIfHeld: true);

    /// <summary>Lets a commit fail: 1 is the next one. Afterwards nothing is ever committed again.</summary>
    /// <param name="commit">Which commit from now.</param>
    /// <param name="failure">What every append then and later completes with.</param>
    /// <param name="reachesDisk">Whether the blocks of the failed commit are found after a crash all the same.</param>
    public void FailCommit(int commit, Exception failure, bool reachesDisk = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(commit, 1);
        lock (_gate)
            _planned = new PlannedFailure(commit, failure, reachesDisk);
    }

    /// <summary>
    /// The process dies: waiting appends never complete, and this instance does nothing more. The new instance holds
    /// what was durable.
    /// </summary>
    /// <param name="survivingAppends">
    /// So many of the waiting appends, oldest first, had reached the disk although nobody was told.
    /// </param>
    public InMemoryJournal Crash(int survivingAppends = 0)
    {
        lock (_gate)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan(survivingAppends, _waiting.Count);
            _crashed = true;
            while (survivingAppends-- > 0)
                _durable.Add(_waiting.Dequeue().Blocks);
            _waiting.Clear();
            return new InMemoryJournal(_durable.Copy());
        }
    }

    /// <inheritdoc/>
    public long LastSequence(int partition) => _durable.LastSequence(partition);

    /// <inheritdoc/>
    public void Append(JournalAppend append)
    {
        lock (_gate)
        {
            if (_crashed)
                return;
            _durable.CheckOrder(append.Blocks);
            _waiting.Enqueue(append);
        }

        Drain(evenIfHeld: false);
    }

    /// <inheritdoc/>
    public IEnumerable<JournalBlock> Read(IReadOnlyList<JournalPosition> after, CancellationToken cancellationToken)
    {
        var positions = after.ToDictionary(position => position.Partition, position => position.Sequence);
        byte[] lent = [];
        foreach (var block in _durable.Snapshot())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!positions.TryGetValue(block.Partition, out var sequence) || block.LastSequence <= sequence)
                continue;

            // Whoever keeps a block's bytes for longer than allowed sees nonsense here, as with a real journal.
            lent.AsSpan().Fill(0xEE);
            lent = block.Entries.ToArray();
            yield return block with { Entries = lent };
        }

        lent.AsSpan().Fill(0xEE);
    }

    /// <summary>What reading an entry throws; null where it is read.</summary>
    public Exception? ReadFault { get; set; }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte>? ReadEntry(int partition, long sequence) => ReadFault is { } fault ? throw fault : _durable.Find(partition, sequence);

    /// <summary>Commits what waits and takes no more.</summary>
    public ValueTask DisposeAsync()
    {
        Drain(evenIfHeld: true);
        lock (_gate)
            _failure ??= new ObjectDisposedException(nameof(InMemoryJournal));
        return ValueTask.CompletedTask;
    }

    // One thread at a time commits; others leave their append to it. So completions come in order and outside the lock.
    private void Drain(bool evenIfHeld)
    {
        while (true)
        {
            List<JournalAppend> commit;
            Exception? failure;
            lock (_gate)
            {
                if (_crashed || _committing || _waiting.Count == 0 || (_held && !evenIfHeld && _failure is null))
                    return;
                _committing = true;
                commit = [.. _waiting];
                _waiting.Clear();
                failure = Commit(commit);
            }

            foreach (var append in commit)
                append.Completed(failure);
            lock (_gate)
                _committing = false;
            evenIfHeld = false;
        }
    }

    private Exception? Commit(List<JournalAppend> appends)
    {
        if (_failure is not null)
            return _failure;
        var fails = _planned is { } planned && (_planned = planned with { Commit = planned.Commit - 1 }).Commit == 0;
        if (fails)
            _failure = _planned!.Failure;
        if (!fails || _planned!.ReachesDisk)
            _durable.Add([.. appends.SelectMany(append => append.Blocks)]);
        return _failure;
    }

    private sealed record PlannedFailure(int Commit, Exception Failure, bool ReachesDisk);
}
