using System.Text;
using LeadGrains.Grains.Activation;
using LeadGrains.Grains.Checkpoints;
using LeadGrains.Grains.Rollup;
using LeadGrains.Grains.Signals;
using LeadGrains.Grains.Stages;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Partitions;

/// <summary>
/// Drives many partitions on one thread, a turn at a time: take what has queued up, sequence it, hand it to the
/// journal, apply the turn that has become durable. Two turns are on their way at most: one is committed while the
/// other is taken. Nothing in a turn waits.
/// </summary>
internal sealed class PartitionLoop : IDisposable
{
    private const int TurnsUnderWay = 2;

    private readonly Partition?[] _partitions;
    private readonly Queue<Turn> _underWay = new();
    private readonly Stack<Turn> _idle = new();
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
    private long _turns;
    private bool _caughtUp;
    private volatile bool _draining;

    public PartitionLoop(NodeContext node, int lane, IReadOnlyList<Partition> partitions, LoopEvents events)
    {
        Node = node;
        Lane = lane;
        Partitions = partitions;
        _events = events;
        _landmarks = new Landmark[node.Model.Columns.Length];
        _partitions = new Partition?[node.Journal.PartitionCount];
        foreach (var partition in partitions)
            _partitions[partition.Index] = partition;
        Queue = new LoopQueue(node.Options.QueueCapacity);
        _ranked = new RankedAnswers();
        Inbox = new Inbox(this);
        _proposals = new Proposals(this);
        _outbox = new Outbox(this, _ranked);
        _settlement = new Settlement(node, _outbox, _proposals);
        _sweep = new StageSweep(this, _proposals);
        _checkpointer = new Checkpointer(this);
        _eviction = new Eviction(this, _checkpointer);
        _thread = new Thread(Run) { IsBackground = true, Name = $"leadgrains-loop-{lane}" };
    }

    public NodeContext Node { get; }

    /// <summary>Its place among the lanes of the router.</summary>
    public int Lane { get; }

    public IReadOnlyList<Partition> Partitions { get; }

    public LoopQueue Queue { get; }

    public Settlement Settlement => _settlement;

    public Outbox Outbox => _outbox;

    public Inbox Inbox { get; }

    /// <summary>Number of the turn taken last.</summary>
    public long NewestTurn => _turns;

    /// <summary>Number of the oldest turn that has not been applied.</summary>
    public long OldestTurn => _underWay.TryPeek(out var turn) ? turn.Number : _turns + 1;

    public void Start() => _thread.Start();

    /// <summary>Finishes what is queued, writes every row, and ends the thread.</summary>
    public void Drain()
    {
        _draining = true;
        Queue.Wake();
    }

    public void Join() => _thread.Join();

    public Partition PartitionAt(int index) =>
        _partitions[index] ?? throw new PartitionUnavailableException($"Partition {index} is not driven here.");

    public void Wake() => Queue.Wake();

    /// <summary>Where a key is; slot -1 where it is not known.</summary>
    public (Partition Partition, int Slot) Find(GrainKey key)
    {
        var hash = KeyHash.Of(key);
        var partition = PartitionAt(KeyHash.PartitionOf(hash, Node.Router.PartitionCount));
        var keys = key.Kind == GrainKind.Contact ? partition.Contacts.Keys : partition.Accounts.Keys;
        return Node.Workspaces.TryFind(key.Workspace, out var workspace)
            ? (partition, keys.Find(hash, workspace, Encoding.UTF8.GetBytes(key.Id)))
            : (partition, -1);
    }

    public int LaneOfGrain(GrainKey key) => Node.Router.LaneOf(KeyHash.PartitionOf(KeyHash.Of(key), Node.Router.PartitionCount));

    public int LaneOfAccount(Partition partition, int accountRef) =>
        Node.Router.LaneOf(KeyHash.PartitionOf(partition.AccountRefs.HashOf(accountRef), Node.Router.PartitionCount));

    /// <summary>The landmarks that contributions are stated by: those of the clock, which all nodes share.</summary>
    public ReadOnlySpan<Landmark> LandmarksAt(Instant now)
    {
        var columns = Node.Model.Columns;
        for (var i = 0; i < columns.Length; i++)
            _landmarks[i] = Landmark.At(now, columns[i].HalfLife);
        return _landmarks;
    }

    /// <summary>The contact follows a claimed domain. Once at a time: what is proposed already is not proposed again.</summary>
    public void ProposeMove(Partition partition, int slot, string from, string to) =>
        _proposals.TryProposeMove(partition, slot, from, to);

    /// <summary>The slot of a key in this turn; sees to it that the grain is in memory when the turn is applied.</summary>
    public int Locate(Turn turn, Partition partition, GrainKind kind, ulong hash, ushort workspace, ReadOnlySpan<byte> id)
    {
        var keys = kind == GrainKind.Contact ? partition.Contacts.Keys : partition.Accounts.Keys;
        var slot = keys.FindOrAdd(hash, workspace, id, out var added);
        if (added)
            partition.Admit(kind);
        Want(turn, partition, kind, slot, isNew: added);
        return slot;
    }

    /// <summary>Has a known grain in memory when the turn is applied.</summary>
    public void Want(Turn turn, Partition partition, GrainKind kind, int slot, bool isNew = false)
    {
        var grain = partition.FindGrain(kind, slot);
        if (grain is null && isNew)
            grain = partition.ActivateNew(kind, slot);
        if (grain is not null)
            grain.LastTurn = turn.Number;
        else if (partition.BeginFetch(kind, slot))
            (turn.Fetch ??= new ColdFetch(Wake)).Add(partition, kind, slot, partition.KeyOf(kind, slot));
    }

    public static long NextSequence(Partition partition, GrainKind kind, int slot, out long previous)
    {
        var sequence = ++partition.LastSequence;
        previous = partition.ExchangeLastSequence(kind, slot, sequence);
        return sequence;
    }

    /// <summary>False where the signal is a duplicate.</summary>
    public bool ApplySignal(Partition partition, GrainKind kind, int slot, in SignalFacts facts, long sequence)
    {
        partition.AppliedSequence = sequence;
        Grain grain;
        bool recorded;
        if (kind == GrainKind.Contact)
        {
            var contact = partition.Contacts.Find(slot)!;
            recorded = contact.ApplySignal(facts, sequence, Node.Model);
            grain = contact;
        }
        else
        {
            var account = partition.Accounts.Find(slot)!;
            recorded = account.ApplySignal(facts, sequence, Node.Model);
            grain = account;
        }

        if (!grain.IsTouched)
            _settlement.Touch(partition, grain);
        return recorded;
    }

    /// <summary>Notes that an entry other than a signal was applied to the grain.</summary>
    public void Touch(Partition partition, GrainKind kind, int slot)
    {
        if (slot >= 0 && partition.FindGrain(kind, slot) is { IsTouched: false } grain)
            _settlement.Touch(partition, grain);
    }

    /// <summary>A proposed move has been applied.</summary>
    public void MoveApplied(Partition partition, int slot) => _proposals.MoveApplied(partition, slot);

    /// <summary>A proposed stage has been applied, whatever became of it: the grain may be looked at again.</summary>
    public void StageApplied(Partition partition, GrainKind kind, int slot)
    {
        _proposals.StageApplied(partition, kind, slot);
        StageEvaluation.Reset(kind == GrainKind.Contact ? partition.Contacts.Columns : partition.Accounts.Columns, slot);
    }

    /// <summary>Brings the columns up to what has been applied, before something reads them.</summary>
    public void Settle() => _settlement.Run(Node.Now());

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
            _outbox.OweEverything();
            foreach (var partition in Partitions.Where(partition => partition.LastSequence == 0))
                _proposals.ProposeModel(partition);
            while (!(_draining && IsIdle() && _checkpointer.IsFinished))
                Step();
        }
#pragma warning disable CA1031 // A fault of our own stops the loop loudly; the journal has everything.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Stop(failure);
            return;
        }

        // Contributions still owed are derived: the next start sends them again.
        var reason = new PartitionUnavailableException("The server is stopping.");
        Queue.Close(reason);
        _ranked.FailAll(reason);
    }

    private void Step()
    {
        var progressed = TakeExpress() | TakeTurn();
        while (_underWay.TryPeek(out var turn) && turn.IsReady)
        {
            Apply(turn);
            _underWay.Dequeue();
            Recycle(turn);
            progressed = true;
        }

        var now = Node.Now();
        progressed |= _outbox.Flush(now, force: Queue.IsEmpty || _ranked.IsWaiting);
        if (!_caughtUp && _outbox.HasCaughtUp)
        {
            _caughtUp = true;
            _events.CaughtUp(this);
        }

        progressed |= _sweep.Run(now);
        progressed |= _checkpointer.Run(now, _draining && IsIdle());
        _eviction.Run();
        if (!progressed)
            Queue.Sleep(_outbox.HasOwed ? Node.Options.RollupDelay : TimeSpan.FromMilliseconds(250), HasWork);
    }

    private bool HasWork() =>
        (_underWay.TryPeek(out var turn) && turn.IsReady) || _checkpointer.HasWork || (_draining && IsIdle());

    private bool IsIdle() => Queue.IsEmpty && _underWay.Count == 0 && !_proposals.Any;

    private bool TakeTurn()
    {
        if (_underWay.Count >= TurnsUnderWay || _eviction.MustWait || (Queue.IsEmpty && !_proposals.Any))
            return false;
        var turn = _idle.Count > 0 ? _idle.Pop() : new Turn(Wake);
        turn.Begin(++_turns, Node.Now());
        Fill(turn);
        foreach (var request in turn.Requests)
            request.Sequence(this, turn);
        turn.Fetch?.Start(Node.Store, _stopping.Token);
        if (turn.Seal())
            Node.Journal.Append(turn);
        _underWay.Enqueue(turn);
        return true;
    }

    private void Fill(Turn turn)
    {
        if (_proposals.TakeRequest() is { } proposed)
            turn.Requests.Add(proposed);
        var weight = 0;
        while (weight < Node.Options.TurnCapacity && Queue.TryTake(out var request))
        {
            turn.Requests.Add(request);
            weight += request.Weight;
        }
    }

    private bool TakeExpress()
    {
        var any = false;
        while (Queue.TryTakeExpress(out var request))
        {
            request.Apply(this);
            any = true;
        }

        return any;
    }

    private void Apply(Turn turn)
    {
        if (turn.Failure is { } failure)
            throw new PartitionUnavailableException("The journal or the store failed.", failure);

        if (turn.Fetch is not null)
            Restoration.Install(turn.Fetch, Node, _turns);
        foreach (var request in turn.Requests)
            request.Apply(this);
        Settle();
    }

    private void Recycle(Turn turn)
    {
        turn.End();
        _idle.Push(turn);
    }

    private void Stop(Exception failure)
    {
        _stopping.Cancel();
        var reason = Unavailable(failure);
        while (_underWay.TryDequeue(out var turn))
        {
            foreach (var request in turn.Requests)
                request.Fail(reason);
        }

        Queue.Close(reason);
        _ranked.FailAll(reason);
        _events.Faulted(failure);
    }

    private static PartitionUnavailableException Unavailable(Exception failure) =>
        failure as PartitionUnavailableException
        ?? new PartitionUnavailableException("The partition has stopped. What was acknowledged is in the journal.", failure);
}

/// <summary>What a loop tells its node, from its own thread.</summary>
/// <param name="CaughtUp">Every contribution of its contacts has been delivered at least once since the start.</param>
/// <param name="Faulted">It has stopped by itself.</param>
internal sealed record LoopEvents(Action<PartitionLoop> CaughtUp, Action<Exception> Faulted);
