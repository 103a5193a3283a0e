using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Rollup;

namespace LeadGrains.Grains.Parents;

/// <summary>
/// What accounts of a loop owe their parents. As with contributions it holds which accounts owe, never what, and nothing
/// here is journalled. It begins once all contributions have been delivered since the start, since before that it could
/// only tell half of what accounts have. A model that gives parents no share has nothing to tell them.
/// </summary>
internal sealed class ParentOutbox
{
    private readonly PartitionLoop _loop;
    private readonly List<ParentLane> _lanes = [];
    private Pause _gathering;

    public ParentOutbox(PartitionLoop loop)
    {
        _loop = loop;
        _gathering = new Pause(loop.Node.Clock);
        loop.Node.Delivered.Expect(loop);
    }

    /// <summary>Something waits to be sent, and may be sent.</summary>
    public bool HasOwed { get; private set; }

    /// <summary>
    /// Parents have what their subsidiaries bring. Asked first when the loop's own contributions have been delivered,
    /// which it tells the other loops.
    /// </summary>
    public bool HasCaughtUp()
    {
        _loop.Node.Delivered.Arrive(_loop);
        return _loop.Node.Delivered.IsOpen && IsClear;
    }

    /// <summary>Nothing waits to be sent, and nothing was sent that has not come back.</summary>
    public bool IsClear => !HasOwed && _lanes.TrueForAll(lane => !lane.IsUnderWay);

    /// <summary>At the start all subsidiaries owe: what parents had of them is gone with the process.</summary>
    public void OweEverything()
    {
        foreach (var partition in _loop.Partitions)
            OweEverything(partition);
    }

    /// <summary>The same for one partition, whose accounts have what their contacts contribute.</summary>
    public void OweEverything(Partition partition)
    {
        foreach (var slot in partition.Parents.Slots)
            Owe(partition, slot);
    }

    /// <summary>Parents that have come to another owner are owed everything by some accounts of this loop.</summary>
    /// <param name="parents">The parents' partitions.</param>
    /// <param name="from">Partitions of this loop, whose accounts have what their contacts contribute.</param>
    /// <param name="lane">Where the parents are driven.</param>
    /// <param name="act">Done once all of it has arrived.</param>
    public void Subscribe(IReadOnlySet<int> parents, IEnumerable<Partition> from, int lane, Action act)
    {
        var owing = new ContactsOfAccounts(_loop.Map, parents);
        foreach (var partition in from)
        {
            foreach (var slot in partition.Parents.Slots.Where(slot => owing.Has(partition, partition.Parents.Of(slot))).ToList())
                Owe(partition, slot);
        }

        LaneOf(lane).WhenTaken(act);
    }

    /// <summary>What the account has is not what it was. Nothing happens where it is no part of another.</summary>
    public void Owe(Partition partition, int slot)
    {
        // Where partitions come and go, one that has come tells half of what its accounts have until it has heard from all.
        if (partition.Parents.Of(slot) is >= 0 and var parent && (!_loop.Map.MayMove || partition.HasContributions))
            List(new SubsidiaryPlace(partition, slot, parent));
    }

    /// <summary>The account has an entry of its own, and may be a part of another account than before.</summary>
    public void Follow(Partition partition, int slot, string parentId)
    {
        var before = partition.Parents.Link(slot, parentId);
        if (before >= 0 && before != partition.Parents.Of(slot))
            List(new SubsidiaryPlace(partition, slot, before));
        Owe(partition, slot);
    }

    /// <summary>Sends what is owed, where it is time.</summary>
    public bool Flush(bool force)
    {
        if (!HasOwed || !_loop.Node.Delivered.IsOpen)
            return false;
        if (!_gathering.IsBegun)
            _gathering.Begin(_loop.Node.Options.RollupDelay);
        if (!force && !_gathering.IsOver)
            return false;
        var sent = false;
        foreach (var lane in _lanes)
        {
            if (lane.HasOwed && !lane.IsUnderWay)
                sent |= lane.Send();
        }

        HasOwed = _lanes.Exists(lane => lane.HasOwed);
        _gathering.End();
        return sent;
    }

    /// <summary>A delivery has come back.</summary>
    public void Acknowledged(ParentDelivery delivery)
    {
        var lane = LaneOf(delivery.Lane);
        lane.IsUnderWay = false;
        var isWhole = !delivery.IsFailed && delivery.Refused.Count == 0;
        if (!isWhole)
            lane.Failed();
        for (var i = 0; i < delivery.Places.Count; i++)
        {
            if ((delivery.IsFailed || delivery.Refused.Contains(i)) && !delivery.Places[i].Partition.IsGone)
                List(delivery.Places[i]);
        }

        lane.Returned(isWhole);
    }

    private void List(in SubsidiaryPlace place)
    {
        // Where nobody is known to have the parent, whoever takes it will ask for it: see Subscribe.
        var lane = _loop.Map.LaneOfAccount(place.Partition, place.ParentRef);
        if (lane < 0 || _loop.Node.ModelOf(place.Partition, GrainKind.Account, place.Slot).ParentShare <= 0)
            return;
        LaneOf(lane).List(place);
        HasOwed = true;
    }

    private ParentLane LaneOf(int lane)
    {
        while (_lanes.Count <= lane)
            _lanes.Add(new ParentLane(_loop, _lanes.Count));
        return _lanes[lane];
    }
}
