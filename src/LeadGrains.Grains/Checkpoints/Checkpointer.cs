using System.Diagnostics;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Storage;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Checkpoints;

/// <summary>
/// Writes dirty grains behind, a chunk at a time, and moves a partition's checkpoint when all up to a sequence are
/// written. It starts by the length of the journal tail, so that the time to recover is bounded, and works on one
/// partition of the loop at a time.
/// </summary>
internal sealed class Checkpointer(PartitionLoop loop)
{
    // Rows that one step of the loop makes at most: callers wait for it. They double with their share of the loop's time.
    private const int RowsPerStep = 256;

    // Rows after which it looks whether they have had their share.
    private const int RowsPerLook = 64;

    // A start replays at most so many times the bound of each partition, and what was under way.
    private const int MostTails = 4;

    private readonly Dictionary<Partition, Instant> _tailSince = [];
    private readonly HashSet<Partition> _hastened = [];
    private readonly Dictionary<Partition, long> _wanted = [];
    private readonly RowBuilder _people = new(loop.Node);
    private readonly RowPace _pace = new(Stopwatch.GetTimestamp);
    private Cycle? _cycle;
    private Task? _writing;
    private RowBatch _made = new(loop.Node);
    private RowBatch _written = new(loop.Node);
    private bool _isPaced;

    /// <summary>Write what is dirty however short the tail is: memory is wanted.</summary>
    public bool IsUrgent { get; set; }

    /// <summary>A write has ended, or there is something left to write in this cycle.</summary>
    public bool HasWork =>
        _cycle is { } cycle
        && (_writing is { IsCompleted: true } || CanMake(cycle) || (_writing is null && (cycle.AreRowsMade || _made.IsWorthAWrite)));

    /// <summary>A write is under way; its end wakes the loop.</summary>
    public bool IsWriting => _writing is { IsCompleted: false };

    /// <summary>Rows are so far behind that a start would take too long: callers wait for them.</summary>
    public bool MustWait =>
        loop.LongestTail >= MostTails * (long)Math.Max(loop.Node.Options.CheckpointEntries, loop.Node.Options.TurnCapacity);

    /// <summary>Nothing is dirty and every checkpoint stands at the last applied entry.</summary>
    public bool IsFinished => _cycle is null && loop.Partitions.All(partition => !partition.IsBehind);

    /// <summary>Callers were served: rows leave them most of the loop's time.</summary>
    public void NoteServed() => _pace.NoteServed();

    /// <summary>How long the loop may sleep: not longer than rows rest.</summary>
    public TimeSpan AtMost(TimeSpan nap) =>
        _cycle is { AreRowsMade: false } && !_made.IsFull && Rest is { Ticks: > 0 } rest && rest < nap
            ? TimeSpan.FromMilliseconds(Math.Ceiling(rest.TotalMilliseconds)) : nap;

    /// <summary>Does the next step where there is one. Throws what a write failed with.</summary>
    public bool Run(Instant now, bool finishing)
    {
        var progressed = EndWrite();
        _cycle ??= Begin(now, finishing);
        if (_cycle is null)
            return progressed;
        // Somebody who waits for the end of this cycle, or for the next one, waits for all of it.
        _isPaced = !(finishing || IsUrgent || _hastened.Count > 0 || _wanted.Count > 0);
        if (CanMake(_cycle))
        {
            MakeRows(_cycle, now);
            progressed = true;
        }

        return StartWrite(_cycle, now) || progressed;
    }

    /// <summary>Something of the partition is being written, or is about to be.</summary>
    public bool IsAt(Partition partition) => _cycle?.Partition == partition;

    /// <summary>Writes what is dirty of a partition however short its tail is, and before that of others.</summary>
    public void Hasten(Partition partition) => _hastened.Add(partition);

    /// <summary>The same until the checkpoint has come to a sequence.</summary>
    public void Hasten(Partition partition, long sequence) =>
        _wanted[partition] = Math.Max(sequence, _wanted.GetValueOrDefault(partition));

    /// <summary>The partition is gone, with all of it written.</summary>
    public void Forget(Partition partition)
    {
        _wanted.Remove(partition);
        _hastened.Remove(partition);
        _tailSince.Remove(partition);
    }

    /// <summary>Writes every dirty grain of a partition at once: for recovery, when no loop runs yet.</summary>
    public void RunToEnd(Partition partition, Instant now)
    {
        _cycle = Begin(partition);
        while (_cycle is not null)
        {
            if (CanMake(_cycle))
                MakeRows(_cycle, now);
            StartWrite(_cycle, now);
            _writing?.GetAwaiter().GetResult();
            EndWrite();
        }
    }

    /// <summary>Waits for the write under way, whatever becomes of it: nobody will read those rows.</summary>
    public void FinishWriting() => _writing?.ContinueWith(
        static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default).Wait();

    private int Doublings => RowPace.Doublings(loop.LongestTail, loop.Node.Options.CheckpointEntries);

    private int RowsAtOnce => RowsPerStep << Doublings;

    private TimeSpan Rest => _isPaced ? _pace.Rest : TimeSpan.Zero;

    // Rows are made while others are on their way.
    private bool CanMake(Cycle cycle) => !cycle.AreRowsMade && !_made.IsFull && Rest == TimeSpan.Zero;

    private bool EndWrite()
    {
        if (_writing is null or { IsCompleted: false })
            return false;
        _writing.GetAwaiter().GetResult();
        _writing = null;
        loop.Node.Meters.RowsWritten(_written.End());
        if (_cycle is { IsSaved: true } done)
        {
            done.Partition.CheckpointSequence = done.Target;
            _tailSince.Remove(done.Partition);
            if (_wanted.TryGetValue(done.Partition, out var wanted) && wanted <= done.Target)
                _wanted.Remove(done.Partition);
            _cycle = null;
        }

        return true;
    }

    private Cycle? Begin(Instant now, bool finishing)
    {
        Partition? longest = null;
        foreach (var partition in loop.Partitions)
        {
            if (!partition.IsBehind)
                continue;
            if (_hastened.Contains(partition) || _wanted.ContainsKey(partition))
                return Begin(partition);
            if (!(finishing || IsUrgent || IsDue(partition, now)))
                continue;
            if (longest is null || partition.Tail > longest.Tail)
                longest = partition;
        }

        return longest is null ? null : Begin(longest);
    }

    // All that were taken before have been written: a cycle does not end before.
    private static Cycle Begin(Partition partition)
    {
        partition.TakeDirty();
        return new Cycle(partition);
    }

    private bool IsDue(Partition partition, Instant now)
    {
        if (partition.Tail >= loop.Node.Options.CheckpointEntries)
            return true;
        if (!_tailSince.TryGetValue(partition, out var since))
        {
            _tailSince.Add(partition, now);
            return false;
        }

        return now - since >= loop.Node.Options.CheckpointInterval;
    }

    private bool StartWrite(Cycle cycle, Instant now)
    {
        if (_writing is not null)
            return false;
        var partition = cycle.Partition;
        if (_made.IsWorthAWrite || (cycle.AreRowsMade && _made.Count > 0))
        {
            (_made, _written) = (_written, _made);
            Start(store => store.WriteAsync(partition.Index, partition.Epoch, _written.Rows, CancellationToken.None));
        }
        else if (!cycle.AreRowsMade)
        {
            return false;
        }
        else if (cycle.TakeChangedAccounts(RowsAtOnce) is { Count: > 0 } changed)
        {
            Start(store => store.RefreshSummariesAsync(partition.Index, partition.Epoch, Summaries(partition, changed, now), CancellationToken.None));
        }
        else
        {
            SaveCheckpoint(cycle);
        }

        return true;
    }

    private void MakeRows(Cycle cycle, Instant now)
    {
        for (var left = RowsAtOnce; left > 0 && CanMake(cycle); left -= RowsPerLook)
        {
            _pace.Begin();
            MakeRows(cycle, now, RowsPerLook);
            _pace.End(Doublings);
        }
    }

    private void MakeRows(Cycle cycle, Instant now, int left)
    {
        while (left > 0 && !_made.IsFull)
        {
            if (cycle.Partition.NextDirty() is not { } grain)
            {
                cycle.AreRowsMade = true;
                return;
            }

            if (!grain.IsDirty)
                continue;
            left--;
            _made.Add(cycle.Partition, grain, now);
        }
    }

    private void SaveCheckpoint(Cycle cycle)
    {
        var partition = cycle.Partition;
        cycle.IsSaved = true;
        Start(store => store.SaveCheckpointAsync(partition.Index, partition.Epoch, cycle.Target, CancellationToken.None));
    }

    private List<SummaryRow> Summaries(Partition partition, List<int> slots, Instant now) =>
        [.. slots.Select(slot => new SummaryRow(
            partition.KeyOf(GrainKind.Account, slot),
            partition.Index,
            _people.Summary(partition, GrainKind.Account, slot, "", partition.Accounts.Find(slot)?.Traits, now)))];

    private void Start(Func<IGrainGeneration, Task> write)
    {
        _writing = write(loop.Node.Store);
        _ = _writing.ContinueWith(
            (_, waiting) => ((PartitionLoop)waiting!).Wake(), loop, CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    private sealed class Cycle
    {
        private readonly List<int> _changedAccounts;

        public Cycle(Partition partition)
        {
            Partition = partition;
            Target = partition.AppliedSequence;
            _changedAccounts = partition.Changed.Take();
        }

        public Partition Partition { get; }
        public long Target { get; }
        public bool AreRowsMade { get; set; }
        public bool IsSaved { get; set; }

        // Taken when the cycle begins: contributions go on coming, and the checkpoint must not wait for the last one.
        public List<int> TakeChangedAccounts(int atMost)
        {
            var from = Math.Max(0, _changedAccounts.Count - atMost);
            var taken = _changedAccounts.GetRange(from, _changedAccounts.Count - from);
            _changedAccounts.RemoveRange(from, taken.Count);
            return taken;
        }
    }
}
