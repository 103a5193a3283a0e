using LeadGrains.Grains.Activation;
using LeadGrains.Grains.Checkpoints;
using LeadGrains.Grains.Following;
using LeadGrains.Grains.Names;
using LeadGrains.Grains.Rollup;
using LeadGrains.Grains.Stages;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Partitions;

/// <summary>
/// Drives many partitions on one thread. Beside the turns it sees to what the turns leave behind: contributions that
/// are owed, stages that time changes, rows that are behind, and grains that nobody needs in memory.
/// </summary>
internal sealed class PartitionLoop : IDisposable
{
    private const int SettledAtOnce = 64;

    private static readonly TimeSpan LongestNap = TimeSpan.FromMilliseconds(250);

    private readonly CancellationTokenSource _stopping = new();
    private readonly LoopEvents _events;
    private readonly Thread _thread;
    private readonly Settlement _settlement;
    private readonly Outbox _outbox;
    private readonly RankedAnswers _ranked;
    private readonly Proposals _proposals;
    private readonly StageSweep _sweep;
    private readonly Checkpointer _checkpointer;
    private readonly Eviction _eviction;
    private readonly Landmark[] _landmarks;
    private Instant _applyingAt;
    private long _longestTail;
    private bool _caughtUp;
    private volatile Partition[] _partitions;

    public PartitionLoop(NodeContext node, int lane, IReadOnlyList<Partition> partitions, AccountRefs accountRefs, LoopEvents events)
    {
        Node = node;
        Lane = lane;
        _partitions = [.. partitions];
        AccountRefs = accountRefs;
        _events = events;
        _landmarks = new Landmark[node.Models.Set.Columns.Length];
        Map = new PartitionMap(node, partitions);
        Queue = new LoopQueue(node.Options.QueueCapacity, node.Meters);
        Orders = new LoopOrders(Queue);
        _ranked = new RankedAnswers();
        Inbox = new Inbox(this);
        Subscriptions = new Subscriptions(this);
        _proposals = new Proposals(this);
        Turns = new TurnPipeline(this, _proposals, _stopping.Token);
        Names = new NameOutbox(this, _ranked);
        _outbox = new Outbox(this, Names, _ranked);
        _settlement = new Settlement(node, _outbox, Names, _proposals);
        _sweep = new StageSweep(this, _proposals);
        _checkpointer = new Checkpointer(this);
        _eviction = new Eviction(this, _checkpointer);
        Moves = new PartitionMoves(this, _checkpointer, _ranked);
        _thread = new Thread(Run) { IsBackground = true, Name = $"leadgrains-loop-{lane}" };
    }

    public NodeContext Node { get; }

    /// <summary>Its place among the lanes of the router.</summary>
    public int Lane { get; }

    /// <summary>What it drives. Its own thread replaces the list; any may read it. An array, as each step goes over it several times.</summary>
    public Partition[] Partitions { get => _partitions; set => _partitions = value; }

    /// <summary>Accounts that its contacts belong to.</summary>
    public AccountRefs AccountRefs { get; }

    /// <summary>Partitions that come and go.</summary>
    public PartitionMoves Moves { get; }

    public LoopQueue Queue { get; }

    public Settlement Settlement => _settlement;

    public Outbox Outbox => _outbox;

    public Proposals Proposals => _proposals;

    public Inbox Inbox { get; }

    /// <summary>What accounts that have come still wait for.</summary>
    public Subscriptions Subscriptions { get; }

    public NameOutbox Names { get; }

    /// <summary>Its partitions by index, and the lanes of all others.</summary>
    public PartitionMap Map { get; }

    /// <summary>Entries that no row holds, of the partition with the most, as of the last step. For any thread.</summary>
    public long LongestTail => Volatile.Read(ref _longestTail);

    /// <summary>It takes nothing new until rows have been written. For any thread.</summary>
    public bool WaitsForRows => _checkpointer.MustWait;

    /// <summary>The bytes of what stays of all its grains. For any thread, which may see it half grown.</summary>
    public long MemoryBytes =>
        Partitions.Sum(partition => partition.MemoryBytes) + AccountRefs.MemoryBytes + _outbox.MemoryBytes;

    /// <summary>The turns under way.</summary>
    public TurnPipeline Turns { get; }

    /// <summary>How it is to go on, or to end.</summary>
    public LoopOrders Orders { get; }

    public void Start(LoopDuty duty)
    {
        _settlement.Duty = duty;
        _thread.Start();
    }

    public void Join() => _thread.Join();

    public void Wake() => Queue.Wake();

    /// <summary>The landmarks that contributions are stated by: those of the clock, which all nodes share.</summary>
    public ReadOnlySpan<Landmark> LandmarksAt(Instant now)
    {
        var columns = Node.Models.Set.Columns;
        for (var i = 0; i < columns.Length; i++)
            _landmarks[i] = Landmark.At(now, columns[i].HalfLife);
        return _landmarks;
    }

    /// <summary>Some contact asks for its account, or is on its way to it.</summary>
    public bool HasMoves => _proposals.AnyMove || !Names.IsQuiet;

    /// <summary>So many proposals wait that moves which can come later should.</summary>
    public bool HasManyProposals => _proposals.IsFull;

    /// <summary>The partition's accounts have all that contacts contribute: they may be proposed and ranked from here on.</summary>
    public void Complete(Partition partition, bool byModel = false)
    {
        if (partition.IsComplete)
            return;
        partition.IsComplete = true;
        _sweep.Complete(partition, byModel);
    }

    /// <summary>The partition's rows are to hold soon what the journal has up to a sequence.</summary>
    public void HastenCheckpoint(Partition partition, long sequence) => _checkpointer.Hasten(partition, sequence);

    /// <summary>Brings the columns up to what has been applied, before something reads them.</summary>
    public void Settle()
    {
        var now = Node.Now();
        FollowClock(now);
        _settlement.Run(now);
    }

    /// <summary>Begins to apply a turn: what it changes is settled as of one instant.</summary>
    public void BeginApply()
    {
        _applyingAt = Node.Now();
        FollowClock(_applyingAt);
    }

    /// <summary>Brings the columns up to what the turn has applied so far, where so much waits that it leaves the processor's cache.</summary>
    public void SettleMany()
    {
        if (_settlement.Waiting >= SettledAtOnce)
            _settlement.Run(_applyingAt);
    }

    /// <summary>Brings the columns up to all that the turn has applied.</summary>
    public void EndApply() => _settlement.Run(_applyingAt);

    /// <summary>As <see cref="FollowClock"/>, be it less than a second since the last time: other partitions have come.</summary>
    public void FollowClockNow() => _sweep.FollowClockNow(Node.Now());

    /// <summary>Moves landmarks on, before sums are stated relative to them.</summary>
    public void FollowClock(Instant now) => _sweep.FollowClock(now);

    /// <summary>Answers once the accounts of these contacts have acknowledged what the turn changed.</summary>
    public void AnswerWhenRanked(IEnumerable<(Partition Partition, int Slot)> contacts, PartitionRequest request, Action answer)
    {
        Settle();
        _ranked.Add(contacts, request, answer);
    }

    public void Dispose()
    {
        _stopping.Dispose();
        Queue.Dispose();
    }

    private void Run()
    {
        try
        {
            Settle();
            if (_settlement.Duty == LoopDuty.Serve)
                LoopDuties.Begin(this);
            while (!Orders.IsAborted && !Orders.GivesWay && !(Orders.IsDraining && IsIdle() && _checkpointer.IsFinished))
                Step();
            if (Orders.GivesWay)
                _checkpointer.FinishWriting();
        }
#pragma warning disable CA1031 // A fault of our own stops the loop loudly; the journal has everything.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Stop(failure);
            return;
        }

        // Contributions still owed are derived: the next start sends them again.
        var reason = Orders.Reason ?? new PartitionUnavailableException("The server is stopping.");
        Turns.FailAll(reason);
        Queue.Close(reason);
        _ranked.FailAll(reason);
        Subscriptions.EndAll();
    }

    private void Step()
    {
        var isHeld = Orders.IsHeld;
        if (isHeld)
            Queue.SetAside();
        var progressed = TakeExpress();
        if (!MustWait)
            progressed |= Turns.Take(isHeld);
        if (Turns.ApplyReady())
        {
            progressed = true;
            _checkpointer.NoteServed();
        }

        var now = Node.Now();
        progressed |= Names.Flush();
        // With a turn under way more is to come soon: at a signal a call each turn would send its own.
        progressed |= _outbox.Flush(now, force: (Queue.IsEmpty && Turns.IsEmpty) || _ranked.IsWaiting || Orders.IsHeld);
        if (progressed)
            Orders.NoteProgress();
        else if (Orders.IsRestWanted(out var onlyOwn) && IsAtRest(onlyOwn))
            Orders.IsAtRest();
        if (!_caughtUp && _outbox.HasCaughtUp && _settlement.Duty == LoopDuty.Serve)
        {
            _caughtUp = true;
            _events.CaughtUp(this);
        }

        progressed |= Moves.Run(now) | Subscriptions.Run();
        progressed |= !isHeld && _sweep.Run(now);
        progressed |= _checkpointer.Run(now, Orders.IsDraining && IsIdle());
        _eviction.Run();
        PublishTail();
        if (!progressed)
            Queue.Sleep(_checkpointer.AtMost(_outbox.HasOwed ? Node.Options.RollupDelay : LongestNap), isHeld ? 0 : Turns.WantedWeight, HasWork);
    }

    // Memory or the journal's tail would grow with every turn. The tail may, where all callers wait for a handover to end, and
    // where nobody is served yet.
    private bool MustWait => _eviction.MustWait || (!Orders.IsHeld && _settlement.Duty == LoopDuty.Serve && _checkpointer.MustWait);

    private void PublishTail()
    {
        var longest = 0L;
        foreach (var partition in Partitions)
            longest = Math.Max(longest, partition.Tail);
        Volatile.Write(ref _longestTail, longest);
    }

    private bool HasWork() =>
        Turns.HasReady || (Turns.CanTake(Orders.IsHeld) && !MustWait) || _checkpointer.HasWork || (Orders.IsDraining && IsIdle() && !_checkpointer.IsWriting) || Orders.HasNews || Orders.IsAborted;

    private bool IsIdle() => Queue.IsEmpty && Turns.IsEmpty && !_proposals.Any;

    private bool IsAtRest(bool isHeld) =>
        Turns.IsEmpty && Queue.IsDone(isHeld) && _outbox.IsClear && Names.IsQuiet && !_proposals.Any && !_ranked.IsWaiting;

    private bool TakeExpress()
    {
        var any = false;
        while (Queue.TryTakeExpress(out var request))
        {
            request.ApplyAlone(this);
            any = true;
        }

        return any;
    }

    private void Stop(Exception failure)
    {
        _stopping.Cancel();
        var reason = failure as PartitionUnavailableException
            ?? new PartitionUnavailableException("The partition has stopped. What was acknowledged is in the journal.", failure);
        Turns.FailAll(reason);
        Queue.Close(reason);
        _ranked.FailAll(reason);
        Subscriptions.EndAll();
        _events.Faulted(failure);
    }
}
