using System.Diagnostics;
using System.Runtime.InteropServices;
using LeadGrains.Grains.Activation;
using LeadGrains.Grains.Entries;
using LeadGrains.Grains.Erasing;
using LeadGrains.Grains.Metrics;
using LeadGrains.Grains.Storage;
using LeadGrains.Grains.Tracing;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Partitions;

/// <summary>
/// What a loop took from its queue at once. Its entries are journalled in one append; it is applied when they are
/// durable and the cold grains that it needs have been fetched. Reused by its loop.
/// </summary>
internal sealed class Turn(Action wake, Tombstones tombstones) : JournalAppend
{
    private readonly List<JournalBlock> _blocks = [];
    private readonly List<TurnBlock> _touched = [];
    private readonly List<EntryPlace> _signals = [];
    private readonly TurnSpans _spans = new();
    private GrainMeters? _meters;
    private long _handedOver;
    private int _activated;
    private volatile bool _journalled;
    private volatile Exception? _failure;

    /// <summary>Rises from turn to turn of a loop, from 1.</summary>
    public long Number { get; private set; }

    /// <summary>The loop's clock when it was taken.</summary>
    public Instant TakenAt { get; private set; }

    public List<PartitionRequest> Requests { get; } = [];

    /// <summary>Signals and items of the requests.</summary>
    public int Weight { get; set; }

    /// <summary>How long the journal took for its entries; none where it has none.</summary>
    public TimeSpan CommitTime { get; private set; }

    /// <summary>What <see cref="LoopPace.Begin"/> gave.</summary>
    public long Began { get; set; }

    /// <summary>The cold grains that it asked for; null where it asked for none.</summary>
    public ColdFetch? Fetch { get; private set; }

    /// <summary>Where the grains of its signals are, in the order in which these are applied.</summary>
    public ReadOnlySpan<EntryPlace> Signals => CollectionsMarshal.AsSpan(_signals);

    public int EntryCount { get; private set; }

    public override IReadOnlyList<JournalBlock> Blocks => _blocks;

    public override IReadOnlyList<ActivityContext> Traces => _spans.Contexts;

    public Exception? Failure => _failure ?? Fetch?.Failure;

    /// <summary>Its entries are durable, or it has none.</summary>
    public bool IsJournalled => _journalled;

    /// <summary>It can be applied; or it never will be, whatever else comes of it.</summary>
    public bool IsReady => _journalled && (Fetch is null or { IsDone: true } || _failure is not null);

    public void Begin(long number, Instant takenAt)
    {
        Number = number;
        TakenAt = takenAt;
        EntryCount = 0;
        _activated = 0;
        Fetch = null;
        CommitTime = TimeSpan.Zero;
        Requests.Clear();
        _journalled = false;
        _failure = null;
    }

    /// <summary>The slot of a key; sees to it that the grain is in memory when the turn is applied.</summary>
    public int Locate(Partition partition, GrainKind kind, ulong hash, ushort workspace, ReadOnlySpan<byte> id)
    {
        var slot = Place(partition, kind, hash, workspace, id);
        Want(partition, kind, slot);
        return slot;
    }

    /// <summary>The slot of a key. Nobody needs the grain yet: see <see cref="Want"/>.</summary>
    public int Place(Partition partition, GrainKind kind, ulong hash, ushort workspace, ReadOnlySpan<byte> id)
    {
        var slot = partition.KeysOf(kind).FindOrAdd(hash, workspace, id, out var added);
        if (added)
        {
            partition.Admit(kind, slot);
            if (kind == GrainKind.Contact && tombstones.Hold(partition.WorkspaceOf(kind, slot), id))
            {
                partition.Redirects.Erase(slot, mayReturn: false);
                return slot;
            }

            partition.ActivateNew(kind, slot);
            _activated++;
        }

        return slot;
    }

    /// <summary>Shows in the trace of a sampled call.</summary>
    public void Trace(Activity asked, int lane, int weight) => _spans.Begin(asked, Number, lane, weight);

    /// <summary>Puts down where the next signal's grain is.</summary>
    public void Add(in EntryPlace signal) => _signals.Add(signal);

    /// <summary>Has a known grain in memory when the turn is applied.</summary>
    public void Want(Partition partition, GrainKind kind, int slot)
    {
        if (partition.FindGrain(kind, slot) is { } grain)
            grain.LastTurn = Number;
        else if (partition.BeginFetch(kind, slot))
            (Fetch ??= new ColdFetch(wake)).Add(partition, kind, slot, partition.KeyOf(kind, slot));
    }

    /// <summary>Where a partition's entries of this turn go.</summary>
    public PooledBuffer BlockOf(Partition partition, long sequence)
    {
        var block = partition.OpenBlock;
        if (block is null || block.Turn != Number)
        {
            block = partition.BeginBlock(Number, sequence);
            _touched.Add(block);
        }

        block.LastSequence = sequence;
        block.Count++;
        EntryCount++;
        return block.Entries;
    }

    /// <summary>Closes the blocks. True where there is something to journal.</summary>
    public bool Seal(GrainMeters meters)
    {
        foreach (var block in _touched)
            _blocks.Add(block.Seal());
        if (_blocks.Count == 0)
        {
            _journalled = true;
            return false;
        }

        meters.Activated(_activated);
        (_meters, _handedOver) = (meters, meters.HandedOver(EntryCount));
        return true;
    }

    public override void Completed(Exception? failure)
    {
        if (failure is null)
            CommitTime = _meters!.Committed(_handedOver);
        _failure = failure;
        _journalled = true;
        wake();
    }

    /// <summary>It will not be applied.</summary>
    public void Fail(Exception reason)
    {
        foreach (var request in Requests)
            request.Fail(reason);
        _spans.Fail(reason);
    }

    /// <summary>Gives the buffers back once everything has been applied.</summary>
    public void End()
    {
        _spans.End();
        foreach (var block in _touched)
            block.Return();
        _touched.Clear();
        _signals.Clear();
        _blocks.Clear();
        Requests.Clear();
    }
}
