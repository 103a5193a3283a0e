using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Rollup;

namespace LeadGrains.Grains.Parents;

/// <summary>What a loop's accounts owe to parents of one lane: which accounts, never what, so that the newest is sent however often it changed.</summary>
internal sealed class ParentLane(PartitionLoop loop, int lane)
{
    private const int PerDelivery = 1_000;

    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(100);

    private readonly HashSet<SubsidiaryPlace> _listed = [];
    private readonly Queue<SubsidiaryPlace> _owed = new();
    private readonly LaneMarks _marks = new();
    private readonly ParentDelivery _delivery = new(loop, lane);
    private Pause _pause = new(loop.Node.Clock);

    public bool HasOwed => _owed.Count > 0;

    /// <summary>The delivery has not come back.</summary>
    public bool IsUnderWay { get; set; }

    /// <summary>The account has something new to tell that one: what it brings, where that is its parent, else that it left.</summary>
    public void List(in SubsidiaryPlace place)
    {
        if (!_listed.Add(place))
            return;
        _marks.Listed();
        _owed.Enqueue(place);
    }

    /// <summary>The delivery, or some of it, has come back undelivered; who did not take it gets a moment.</summary>
    public void Failed() => _pause.Begin(RetryDelay);

    /// <summary>Acts once all that is listed now has been taken.</summary>
    public void WhenTaken(Action act)
    {
        _marks.Then(act);
        ActIfClear();
    }

    /// <summary>The delivery has come back, and what was not taken has been listed again, here or where it belongs by now.</summary>
    public void Returned(bool isWhole)
    {
        _marks.Returned(isWhole);
        ActIfClear();
    }

    /// <summary>Makes a delivery of what is owed and sends it off.</summary>
    public bool Send()
    {
        if (!_pause.IsOver)
            return false;
        _delivery.Begin();
        while (_delivery.Shares.Count < PerDelivery && _owed.TryDequeue(out var place))
        {
            _marks.Taken();
            _listed.Remove(place);
            if (place.Partition.IsGone || loop.Map.LaneOfAccount(place.Partition, place.ParentRef) != lane)
                continue;
            _delivery.Add(place);
        }

        if (_delivery.Shares.Count == 0)
        {
            ActIfClear();
            return false;
        }

        IsUnderWay = true;
        if (lane == loop.Lane)
            _delivery.Apply(loop);
        else if (!loop.Node.Router.TryPost(lane, _delivery))
            _delivery.Fail(new OverloadedException());
        return true;
    }

    private void ActIfClear()
    {
        if (!IsUnderWay && !HasOwed)
            _marks.Returned(isWhole: true);
    }
}
