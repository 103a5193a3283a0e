using LeadGrains.Grains.Activation;
using LeadGrains.Grains.Stages;

namespace LeadGrains.Grains.Partitions;

/// <summary>
/// Takes turns from the queue: sequence, hand to the journal, apply what has become durable. Two are under way at
/// most: one is committed while the next is taken. As long as little waits, the next one is not begun before: whoever
/// comes meanwhile shares its commit. Nothing here waits.
/// </summary>
internal sealed class TurnPipeline(PartitionLoop loop, Proposals proposals, CancellationToken stopping)
{
    private const int UnderWayMax = 2;

    // Signals or items for which a turn of their own is worth its cost while another one is committed.
    private const int WorthATurn = 64;

    // How many requests ahead the processor fetches what says where their grains are: see Lookahead.
    private const int CellsAhead = 6;
    private const int KeysAhead = 3;

    private readonly Queue<Turn> _underWay = new();
    private readonly Stack<Turn> _idle = new();
    private readonly Restoration _restoration = new(loop.Node);
    private long _taken;

    public bool IsEmpty => _underWay.Count == 0;

    /// <summary>How fast what waits is worked through.</summary>
    public LoopPace Pace { get; } = new(loop.Node.Clock);

    /// <summary>The oldest turn can be applied.</summary>
    public bool HasReady => _underWay.TryPeek(out var turn) && turn.IsReady;

    /// <summary>Number of the turn that was taken last.</summary>
    public long Newest => _taken;

    /// <summary>Number of the oldest turn that has not been applied.</summary>
    public long Oldest => _underWay.TryPeek(out var turn) ? turn.Number : _taken + 1;

    /// <summary>Something waits, and not enough turns are under way.</summary>
    public bool CanTake(bool isHeld) =>
        (!loop.Queue.IsDone(isHeld) || proposals.Any) && loop.Queue.Weight >= WantedWeight;

    /// <summary>How much has to wait for a turn to be begun now.</summary>
    public int WantedWeight => _underWay.Count switch
    {
        0 => 0,
        < UnderWayMax => _underWay.Peek().IsJournalled ? 0 : Math.Min(WorthATurn, loop.Node.Options.TurnCapacity),
        _ => int.MaxValue,
    };

    /// <summary>Begins a turn with what waits; false where that cannot be.</summary>
    /// <param name="isHeld">Takes only what loops tell each other, and what they propose.</param>
    public bool Take(bool isHeld)
    {
        if (!CanTake(isHeld))
            return false;
        var turn = _idle.Count > 0 ? _idle.Pop() : new Turn(loop.Wake, loop.Node.Parts.Tombstones);
        turn.Begin(++_taken, loop.Node.Now());
        _underWay.Enqueue(turn);
        Fill(turn, isHeld);
        Sequence(turn);
        turn.Fetch?.Start(loop.Node.Store, stopping);
        if (turn.Seal(loop.Node.Meters))
            Journal(turn);
        return true;
    }

    /// <summary>Applies the turns that have become durable, oldest first.</summary>
    public bool ApplyReady()
    {
        var any = false;
        while (_underWay.TryPeek(out var turn) && turn.IsReady)
        {
            Apply(turn);
            _underWay.Dequeue();
            Pace.End(turn.Began, turn.Weight, turn.CommitTime);
            turn.End();
            _idle.Push(turn);
            any = true;
        }

        return any;
    }

    public void FailAll(Exception reason)
    {
        while (_underWay.TryDequeue(out var turn))
            turn.Fail(reason);
    }

    private void Sequence(Turn turn)
    {
        var requests = turn.Requests;
        for (var i = 0; i < requests.Count; i++)
        {
            if (i + CellsAhead < requests.Count)
                requests[i + CellsAhead].FetchCells(loop);
            if (i + KeysAhead < requests.Count)
                requests[i + KeysAhead].FetchKeys(loop);
            if (requests[i].Asked is { } asked)
                turn.Trace(asked, loop.Lane, requests[i].Weight);
            requests[i].Sequence(loop, turn);
        }
    }

    private void Journal(Turn turn)
    {
        // Entries have one author, whoever follows them.
        if (loop.Settlement.Duty != LoopDuty.Serve)
            throw new InvalidOperationException("Loops that only follow the journal would have written to it.");
        loop.Node.Journal.Append(turn);
    }

    private void Fill(Turn turn, bool isHeld)
    {
        if (proposals.TakeRequest() is { } proposed)
            turn.Requests.Add(proposed);
        var weight = 0;
        while (weight < loop.Node.Options.TurnCapacity && loop.Queue.TryTake(isHeld, out var request))
        {
            if (loop.Map.MayMove && !request.IsFor(loop.Map))
            {
                request.Fail(new PartitionMovedException());
                continue;
            }

            turn.Requests.Add(request);
            weight += request.Weight;
        }

        (turn.Weight, turn.Began) = (weight, Pace.Begin(weight));
    }

    private void Apply(Turn turn)
    {
        if (turn.Failure is { } failure)
            throw new PartitionUnavailableException("The journal or the store failed.", failure);
        if (turn.Fetch is not null)
            _restoration.Install(turn.Fetch, _taken);
        loop.BeginApply();
        foreach (var request in turn.Requests)
        {
            request.Apply(loop);
            loop.SettleMany();
        }

        loop.EndApply();
        foreach (var block in turn.Blocks)
            loop.Node.Changes.Reach(block.Partition, block.LastSequence);
    }
}
